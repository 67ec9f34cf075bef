import { ActionIcon, Button, Group, Indicator, Menu, Modal, ScrollArea, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconBell, IconChevronDown, IconHelp, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { api } from '../api/client';
import { queryClient, useSession } from '../api/queries';
import type { Page } from '../api/types';
import { ago, plural } from '../components/format';

interface Notification {
  id: string;
  at: string;
  text: string;
  href: string;
  read: boolean;
}

export function TopMenu() {
  return (
    <Group gap="xs" wrap="nowrap">
      <Notifications />
      <Scheme />
      <ActionIcon component={Link} to="/help" variant="subtle" color="gray" aria-label="Help and shortcuts">
        <IconHelp size={18} />
      </ActionIcon>
      <Person />
    </Group>
  );
}

function Scheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark = colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={dark ? 'Light theme' : 'Dark theme'}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function Notifications() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const query = useQuery({
    queryKey: ['notifications'],
    queryFn: () => api.get<Page<Notification>>('/notifications/?page_size=20'),
    refetchInterval: 60_000,
  });
  const rows = query.data?.results ?? [];
  const unread = rows.filter((n) => !n.read);
  const mark = async (ids: string[]) => {
    if (ids.length === 0) return;
    await api.post('/notifications/read/', { ids });
    await client.invalidateQueries({ queryKey: ['notifications'] });
  };
  return (
    <Indicator disabled={unread.length === 0} label={unread.length} size={15} offset={4} color="red.8">
      <Menu position="bottom-end" width={360}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Notifications, ${unread.length} new`}>
            <IconBell size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Group justify="space-between" px="sm" py={4}>
            <Text fw={600} size="sm">
              Notifications
            </Text>
            {unread.length > 0 && (
              <Button size="compact-xs" variant="subtle" onClick={() => void mark(unread.map((n) => n.id))}>
                Mark all as read
              </Button>
            )}
          </Group>
          <ScrollArea.Autosize mah={420}>
            {rows.length === 0 && (
              <Text size="sm" c="dimmed" px="sm" py="md">
                Nothing yet. You hear here of assignments, comments and results.
              </Text>
            )}
            {rows.map((n) => (
              <Menu.Item
                key={n.id}
                onClick={() => {
                  void mark(n.read ? [] : [n.id]);
                  if (n.href) void navigate(n.href);
                }}
              >
                <Text size="sm" fw={n.read ? 400 : 600}>
                  {n.text}
                </Text>
                <Text size="xs" c="dimmed">
                  {ago(n.at)}
                </Text>
              </Menu.Item>
            ))}
          </ScrollArea.Autosize>
          <Menu.Divider />
          <Menu.Item onClick={() => void navigate('/notifications')}>All notifications</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Indicator>
  );
}

function Person() {
  const session = useSession();
  const [unsent, setUnsent] = useState(0);
  const press = async () => {
    const { unsentOf } = await import('../viewer/session/database');
    const found = await unsentOf(session.data?.user?.id ?? '').catch(() => []);
    if (found.length > 0) setUnsent(found.length);
    else await leave();
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton aria-label={`${session.data?.user?.display_name ?? ''}: account menu`}>
          <Group gap={4} wrap="nowrap">
            <Text size="sm" maw={180} truncate>
              {session.data?.user?.display_name}
            </Text>
            <IconChevronDown size={14} />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={15} />}>
          Account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void press()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
      <Modal opened={unsent > 0} onClose={() => setUnsent(0)} title="Sign out with unsaved work?" centered>
        <Text size="sm">
          {plural(unsent, 'change')} of yours {unsent === 1 ? 'is' : 'are'} not on the server yet. They stay in this browser, for you alone, and are sent when you
          sign in here again.
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setUnsent(0)} data-autofocus>
            Stay
          </Button>
          <Button color="orange" onClick={() => void leave()}>
            Sign out
          </Button>
        </Group>
      </Modal>
    </Menu>
  );
}

async function leave(): Promise<void> {
  await api.delete('/session/');
  queryClient.clear();
  location.assign('/sign-in');
}
