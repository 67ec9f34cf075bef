import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';

import { api } from '../api/client';
import { signIn } from '../api/signIn';
import type { Me, Session } from '../api/types';
import { useForm } from '../components/useForm';

interface Props {
  /** Whose page this is. */
  person: Me;
  /** Who is signed in now in this browser, in another window; nobody where the session ended. */
  other: Me | null;
}

/** The session ended while somebody works: they sign in where they are, and nothing is lost. */
export function SignInAgain({ person, other }: Props) {
  const client = useQueryClient();
  const form = useForm({ password: '' }, async ({ password }) => {
    // asking first brings the token that signing in needs
    await api.get<Session>('/session/');
    client.setQueryData(['session'], await api.post<Session>('/session/', { email: person.email, password }));
    signIn.back();
    // what was refused in between is asked for again
    void client.invalidateQueries();
  });
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} title="Sign in again" centered>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          <Text size="sm">
            {other
              ? `${other.display_name} signed in in another window. Your work is kept in this browser for you alone.`
              : 'Your session has ended. Your work is kept in this browser and goes on from here.'}
          </Text>
          {form.problem && (
            <Alert color="red" role="alert" p="xs">
              {form.problem}
            </Alert>
          )}
          <Text size="sm">
            Signing in as <b>{person.email}</b>
          </Text>
          <input type="hidden" autoComplete="username" value={person.email} readOnly />
          <PasswordInput label="Password" autoComplete="current-password" data-autofocus required {...form.text('password')} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => location.assign('/')}>
              {other ? `Go on as ${other.display_name}` : 'Leave'}
            </Button>
            <Button type="submit" loading={form.busy}>
              Sign in
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
