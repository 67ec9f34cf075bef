import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { api } from '../../api/client';
import { useForm } from '../../components/useForm';
import { Card } from './Card';

export function ResetPage() {
  const { token } = useParams();
  return token ? <Choose token={token} /> : <Ask />;
}

function Ask() {
  const [sent, setSent] = useState(false);
  const form = useForm({ email: '' }, async (values) => {
    await api.post('/password/reset/', values);
    setSent(true);
  });
  return (
    <Card title="Reset your password">
      {sent ? (
        <Text size="sm">
          If this address has an account, a link is on its way. No mail after a few minutes? Ask an admin of this installation for a one-time link.
        </Text>
      ) : (
        <form onSubmit={(event) => void form.submit(event)}>
          <Stack gap="sm">
            {form.problem && <Alert color="red">{form.problem}</Alert>}
            <TextInput label="E-mail" autoComplete="username" autoFocus required {...form.text('email')} />
            <Button type="submit" loading={form.busy}>
              Send a link
            </Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} to="/sign-in" size="sm" mt="md" display="block">
        Back to sign in
      </Anchor>
    </Card>
  );
}

function Choose({ token }: { token: string }) {
  const [done, setDone] = useState(false);
  const form = useForm({ new_password: '' }, async (values) => {
    await api.post('/password/reset/confirm/', { token, ...values });
    setDone(true);
  });
  return (
    <Card title="Choose a password">
      {done ? (
        <Text size="sm">
          Your password is set. <Anchor component={Link} to="/sign-in" underline="always">Sign in</Anchor>
        </Text>
      ) : (
        <form onSubmit={(event) => void form.submit(event)}>
          <Stack gap="sm">
            {form.problem && <Alert color="red">{form.problem}</Alert>}
            <PasswordInput label="New password" description="At least 10 characters" autoComplete="new-password" autoFocus required {...form.text('new_password')} />
            <Button type="submit" loading={form.busy}>
              Set the password
            </Button>
          </Stack>
        </form>
      )}
    </Card>
  );
}
