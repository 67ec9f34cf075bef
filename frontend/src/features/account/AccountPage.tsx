import { Alert, Button, Code, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';

import { api } from '../../api/client';
import { useSession } from '../../api/queries';
import { when } from '../../components/format';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { useForm } from '../../components/useForm';
import { MailChoice } from './MailChoice';

interface SessionRow {
  id: string;
  created_at: string;
  last_seen_at: string;
  user_agent: string;
  is_current: boolean;
}
interface TokenRow {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}

export function AccountPage() {
  const session = useSession();
  const user = session.data?.user;
  return (
    <Page width={820} title="Account" note={user && `${user.display_name} · ${user.email}`}>
      <Stack gap="lg">
        {user?.must_change_password && <Alert color="orange">Choose your own password before you go on.</Alert>}
        <Section title="Password">
          <ChangePassword />
        </Section>
        <Section title="Mail">
          <MailChoice />
        </Section>
        <Section title="Where you are signed in">
          <Sessions />
        </Section>
        <Section title="Access tokens" note="For scripts and DICOMweb clients: as bearer token, or as password with any user name.">
          <Tokens />
        </Section>
      </Stack>
    </Page>
  );
}

function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb={note ? 2 : 'sm'}>
        {title}
      </Title>
      {note && (
        <Text size="sm" c="dimmed" mb="sm">
          {note}
        </Text>
      )}
      {children}
    </Paper>
  );
}

function ChangePassword() {
  const client = useQueryClient();
  const form = useForm({ current_password: '', new_password: '' }, async (values) => {
    await api.post('/password/change/', values);
    form.set('current_password', '');
    form.set('new_password', '');
    notifications.show({ message: 'Your password is changed. Other devices were signed out.' });
    await client.invalidateQueries({ queryKey: ['session'] });
  });
  return (
    <form onSubmit={(event) => void form.submit(event)}>
      <Stack gap="sm" maw={340}>
        {form.problem && <Alert color="red">{form.problem}</Alert>}
        <PasswordInput label="Current password" autoComplete="current-password" required {...form.text('current_password')} />
        <PasswordInput label="New password" description="At least 10 characters" autoComplete="new-password" required {...form.text('new_password')} />
        <Group>
          <Button type="submit" loading={form.busy}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Sessions() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['sessions'], queryFn: () => api.get<SessionRow[]>('/sessions/') });
  const end = async (id: string) => {
    await api.delete(`/sessions/${id}/`);
    await client.invalidateQueries({ queryKey: ['sessions'] });
  };
  return (
    <Loaded query={query} label="Loading sessions">
      {(rows) => (
        <Rows
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            { title: 'Browser', render: (row) => row.user_agent || 'unknown' },
            { title: 'Last seen', render: (row) => when(row.last_seen_at), width: 160 },
            {
              title: 'Session',
              width: 110,
              render: (row) =>
                row.is_current ? (
                  'this one'
                ) : (
                  <Button size="compact-xs" variant="default" onClick={() => void end(row.id)}>
                    Sign out
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function Tokens() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['tokens'], queryFn: () => api.get<TokenRow[]>('/tokens/') });
  const [made, setMade] = useState<string | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: ['tokens'] });
  const form = useForm({ name: '' }, async (values) => {
    const { token } = await api.post<{ token: string }>('/tokens/', values);
    setMade(token);
    form.set('name', '');
    await refresh();
  });
  return (
    <Stack gap="sm">
      <form onSubmit={(event) => void form.submit(event)}>
        <Group align="flex-end">
          <TextInput label="What is it for?" placeholder="nightly export" required {...form.text('name')} />
          <Button type="submit" variant="default" loading={form.busy}>
            Make a token
          </Button>
        </Group>
      </form>
      {made && (
        <Alert color="green" title="Copy it now: it is not shown again">
          <Code>{made}</Code>
        </Alert>
      )}
      {(query.data?.length ?? 0) > 0 && (
        <Rows
          rows={query.data!}
          rowKey={(row) => row.id}
          columns={[
            { title: 'Token', render: (row) => row.name },
            { title: 'Made', render: (row) => when(row.created_at), width: 160 },
            { title: 'Last used', render: (row) => when(row.last_used_at), width: 160 },
            {
              title: 'Access',
              width: 100,
              render: (row) => (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => void api.delete(`/tokens/${row.id}/`).then(refresh)}
                >
                  Revoke
                </Button>
              ),
            },
          ]}
        />
      )}
    </Stack>
  );
}
