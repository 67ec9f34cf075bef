import { Alert, Badge, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../../api/client';
import { useSession } from '../../api/queries';
import { CopyLink } from '../../components/CopyLink';
import { when } from '../../components/format';
import { List } from '../../components/list';
import { Empty, ErrorNote } from '../../components/Notice';
import { Page } from '../../components/Page';
import { roleTitle } from '../../components/roles';
import { useForm } from '../../components/useForm';

interface User {
  id: string;
  email: string;
  display_name: string;
  is_active: boolean;
  is_installation_admin: boolean;
  last_sign_in_at: string | null;
  projects: { slug: string; name: string; roles: string[] }[];
}
interface Link {
  url: string;
  expires_at: string;
}

export function UsersPage() {
  const session = useSession();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<(Link & { name: string }) | null>(null);
  if (session.data?.user && !session.data.user.is_installation_admin) {
    return <ErrorNote error={new Error('Only admins of this installation manage users.')} />;
  }
  const makeLink = async (user: User) => {
    try {
      setLink({ ...(await api.post<Link>(`/users/${user.id}/one-time-link/`)), name: user.display_name });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  const change = async (user: User, body: Partial<User>) => {
    try {
      await api.patch(`/users/${user.id}/`, body);
      await client.invalidateQueries({ queryKey: ['users'] });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  return (
    <Page title="Users" note="People of this installation." actions={<Button onClick={() => setAdding(true)}>Add a person</Button>}>
      <List<User>
        path="/users/"
        queryKey={['users']}
        noun="user"
        rowKey={(row) => row.id}
        empty={<Empty title="Nobody yet">Add a person and hand them their one-time link.</Empty>}
        columns={[
          {
            title: 'Person',
            render: (row) => (
              <>
                <Group gap={6}>
                  <Text size="sm" fw={600}>
                    {row.display_name}
                  </Text>
                  {row.is_installation_admin && <Badge variant="light" radius="sm" tt="none">admin</Badge>}
                  {!row.is_active && <Badge color="gray" radius="sm" tt="none">closed</Badge>}
                </Group>
                <Text size="xs" c="dimmed">
                  {row.email}
                </Text>
              </>
            ),
          },
          {
            title: 'Projects and roles',
            render: (row) =>
              row.projects.map((p) => (
                <Text key={p.slug} size="sm">
                  {p.name}: {p.roles.map(roleTitle).join(', ')}
                </Text>
              )),
          },
          { title: 'Last sign-in', width: 170, render: (row) => when(row.last_sign_in_at) },
          {
            title: 'Change',
            width: 300,
            render: (row) => (
              <Group gap={6}>
                <Button size="compact-xs" variant="default" onClick={() => void makeLink(row)}>
                  One-time link
                </Button>
                <Button size="compact-xs" variant="default" onClick={() => void change(row, { is_active: !row.is_active })}>
                  {row.is_active ? 'Close account' : 'Open account'}
                </Button>
              </Group>
            ),
          },
        ]}
      />
      <AddUser opened={adding} onClose={() => setAdding(false)} onMade={makeLink} />
      <Modal opened={link !== null} onClose={() => setLink(null)} title={`One-time link for ${link?.name ?? ''}`} centered size="lg">
        <Text size="sm" mb="sm">
          Hand it over in person or by a channel you trust. It sets a new password.
        </Text>
        {link && <CopyLink url={link.url} expires={link.expires_at} />}
      </Modal>
    </Page>
  );
}

function AddUser({ opened, onClose, onMade }: { opened: boolean; onClose: () => void; onMade: (user: User) => Promise<void> }) {
  const client = useQueryClient();
  const form = useForm({ email: '', display_name: '' }, async (values) => {
    const user = await api.post<User>('/users/', values);
    await client.invalidateQueries({ queryKey: ['users'] });
    close();
    await onMade(user);
  });
  const close = () => {
    form.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title="Add a person" centered>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && <Alert color="red">{form.problem}</Alert>}
          <TextInput label="Name" required data-autofocus {...form.text('display_name')} />
          <TextInput label="E-mail" type="email" required {...form.text('email')} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={form.busy}>
              Add and make a link
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
