import { Alert, Button, Group, Modal, MultiSelect, Stack, Tabs, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { CopyLink } from '../../components/CopyLink';
import { when } from '../../components/format';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { roleTitle, ROLES } from '../../components/roles';
import { useForm } from '../../components/useForm';
import { newestOf } from './newestOf';

interface Member {
  id: string;
  user: { id: string; display_name: string; email: string };
  roles: string[];
  added_at: string;
}
interface Invitation {
  id: string;
  email: string;
  roles: string[];
  expires_at: string;
  accepted_at: string | null;
  is_open: boolean;
}

export function TeamPage() {
  const { slug = '' } = useParams();
  const [adding, setAdding] = useState(false);
  const query = useQuery({ queryKey: ['members', slug], queryFn: () => api.get<Member[]>(`/projects/${slug}/members/`) });
  return (
    <Page
      width={980}
      title="Team"
      note="One person may hold several roles. Nobody adjudicates a case that they read, or approves their own model."
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      actions={<Button onClick={() => setAdding(true)}>Bring somebody in</Button>}
    >
      <Stack gap="xl">
        <Loaded query={query} label="Loading the team">
          {(members) => (
            <Rows
              rows={members}
              rowKey={(row) => row.id}
              columns={[
                {
                  title: 'Person',
                  render: (row) => (
                    <>
                      <Text size="sm" fw={600}>
                        {row.user.display_name}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {row.user.email}
                      </Text>
                    </>
                  ),
                },
                { title: 'Roles', width: 420, render: (row) => <Roles slug={slug} member={row} /> },
                { title: 'Since', width: 170, render: (row) => when(row.added_at) },
              ]}
            />
          )}
        </Loaded>
        <Invitations slug={slug} />
      </Stack>
      <BringIn slug={slug} opened={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}

function Roles({ slug, member }: { slug: string; member: Member }) {
  const client = useQueryClient();
  const name = member.user.display_name;
  const [chosen, setChosen] = useState<string[] | null>(null); // shown until the portal has said it back
  const [asking, setAsking] = useState(false);
  const [send] = useState(() =>
    newestOf(async (roles: string[]) => {
      const path = `/projects/${slug}/members/${member.id}/`;
      try {
        await (roles.length === 0 ? api.delete(path) : api.patch(path, { roles }));
      } catch (error) {
        notifications.show({ message: messageOf(error), color: 'red' });
      }
      await client.invalidateQueries({ queryKey: ['members', slug] });
    }),
  );
  const set = async (roles: string[]) => {
    setChosen(roles);
    await send(roles);
    setChosen(null);
  };
  return (
    <>
      <MultiSelect
        aria-label={`Roles of ${name}`}
        size="xs"
        data={ROLES}
        value={chosen ?? member.roles}
        onChange={(roles) => (roles.length === 0 ? setAsking(true) : void set(roles))}
      />
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Remove ${name}?`} centered>
        <Text size="sm">Without a role {name} leaves the team.</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            onClick={() => {
              setAsking(false);
              void set([]);
            }}
          >
            Remove
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function Invitations({ slug }: { slug: string }) {
  const query = useQuery({ queryKey: ['invitations', slug], queryFn: () => api.get<Invitation[]>(`/projects/${slug}/invitations/`) });
  if (!query.data || query.data.length === 0) return null;
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        Invitations
      </Title>
      <Rows
        rows={query.data}
        rowKey={(row) => row.id}
        columns={[
          { title: 'For', render: (row) => row.email || 'whoever has the link' },
          { title: 'Roles', render: (row) => row.roles.map(roleTitle).join(', ') },
          { title: 'State', width: 260, render: stateOf },
          {
            title: 'Action',
            width: 120,
            render: (row) => (row.is_open ? <Withdraw slug={slug} invitation={row} /> : null),
          },
        ]}
      />
    </section>
  );
}

function stateOf(row: Invitation): string {
  if (row.accepted_at) return `accepted ${when(row.accepted_at)}`;
  return row.is_open ? `open until ${when(row.expires_at)}` : 'no longer works';
}

function Withdraw({ slug, invitation }: { slug: string; invitation: Invitation }) {
  const client = useQueryClient();
  const withdraw = async () => {
    try {
      await api.delete(`/projects/${slug}/invitations/${invitation.id}/`);
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
    // where it was refused too: somebody may have joined with it
    await client.invalidateQueries({ queryKey: ['invitations', slug] });
  };
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={`Withdraw the invitation for ${invitation.email || 'whoever has the link'}`}
      onClick={() => void withdraw()}
    >
      Withdraw
    </Button>
  );
}

function BringIn({ slug, opened, onClose }: { slug: string; opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const [how, setHow] = useState<string | null>('member');
  const [link, setLink] = useState<{ url: string; expires_at: string } | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: [how === 'member' ? 'members' : 'invitations', slug] });
  const form = useForm({ email: '', roles: [] as string[] }, async (values) => {
    if (how === 'member') {
      await api.post(`/projects/${slug}/members/`, values);
      close();
    } else setLink(await api.post(`/projects/${slug}/invitations/`, values));
    await refresh();
  });
  const close = () => {
    setLink(null);
    form.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title="Bring somebody in" centered size="lg">
      {link ? (
        <>
          <Text size="sm" mb="sm">
            Send this link. Whoever opens it joins with these roles.
          </Text>
          <CopyLink url={link.url} expires={link.expires_at} />
        </>
      ) : (
        <form onSubmit={(event) => void form.submit(event)}>
          <Stack gap="sm">
            <Tabs value={how} onChange={setHow}>
              <Tabs.List>
                <Tabs.Tab value="member">Has an account</Tabs.Tab>
                <Tabs.Tab value="invitation">Invite by link</Tabs.Tab>
              </Tabs.List>
            </Tabs>
            {form.problem && <Alert color="red">{form.problem}</Alert>}
            <TextInput
              label="E-mail"
              required={how === 'member'}
              {...(how === 'invitation' ? { description: 'Empty: whoever has the link' } : {})}
              {...form.text('email')}
            />
            <MultiSelect
              label="Roles"
              data={ROLES}
              required
              value={form.values.roles}
              onChange={(roles) => form.set('roles', roles)}
              error={form.errors.roles}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" loading={form.busy} disabled={form.values.roles.length === 0}>
                {how === 'member' ? 'Add' : 'Make the link'}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
