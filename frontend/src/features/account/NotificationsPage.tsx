import { Anchor, Button, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';

import { api } from '../../api/client';
import { when } from '../../components/format';
import { List } from '../../components/list';
import { Page } from '../../components/Page';

interface Row {
  id: string;
  at: string;
  kind: string;
  text: string;
  href: string;
  read: boolean;
}

/** Everything a person was told, newest first. */
export function NotificationsPage() {
  const client = useQueryClient();
  const mark = async (rows: Row[]) => {
    const ids = rows.filter((row) => !row.read).map((row) => row.id);
    if (ids.length === 0) return;
    await api.post('/notifications/read/', { ids });
    await client.invalidateQueries({ queryKey: ['notifications'] });
  };
  return (
    <Page title="Notifications">
      <List<Row>
        path="/notifications/"
        queryKey={['notifications', 'page']}
        noun="notification"
        searchable={false}
        filters={[{ name: 'unread', label: 'Read or not', options: [{ value: 'true', label: 'New' }] }]}
        rowKey={(row) => row.id}
        empty={<Text c="dimmed">Nothing yet. You hear here of assignments, comments and results.</Text>}
        bar={(rows) =>
          rows.some((row) => !row.read) && (
            <Button size="compact-sm" variant="default" onClick={() => void mark(rows)}>
              Mark this page as read
            </Button>
          )
        }
        columns={[
          { title: 'When', width: 180, render: (row) => when(row.at) },
          {
            title: 'What',
            render: (row) =>
              row.href ? (
                <Anchor component={Link} to={row.href} fw={row.read ? 400 : 600} onClick={() => void mark([row])}>
                  {row.text}
                </Anchor>
              ) : (
                <Text size="sm" fw={row.read ? 400 : 600}>
                  {row.text}
                </Text>
              ),
          },
          { title: 'State', width: 90, render: (row) => (row.read ? 'Read' : 'New') },
        ]}
      />
    </Page>
  );
}
