import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useSearchParams } from 'react-router';

import { api } from '../../api/client';
import { useSession } from '../../api/queries';
import type { Session } from '../../api/types';
import { useForm } from '../../components/useForm';
import { Card } from './Card';

/** Only a path of this portal: never another site. */
function safe(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}

export function SignInPage() {
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const next = safe(params.get('next'));
  const form = useForm({ email: '', password: '' }, async (values) => {
    const found = await api.post<Session>('/session/', values);
    client.clear();
    client.setQueryData(['session'], found);
    void navigate(next, { replace: true });
  });
  if (session.data?.user) return <Navigate to={next} replace />;
  return (
    <Card title="Sign in">
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && (
            <Alert color="red" role="alert" p="xs">
              {form.problem}
            </Alert>
          )}
          <TextInput label="E-mail" type="text" inputMode="email" autoComplete="username" autoFocus required {...form.text('email')} />
          <PasswordInput label="Password" autoComplete="current-password" required {...form.text('password')} />
          <Button type="submit" loading={form.busy} mt="xs">
            Sign in
          </Button>
          <Anchor component={Link} to="/reset" size="sm" ta="center">
            Forgot your password?
          </Anchor>
        </Stack>
      </form>
    </Card>
  );
}
