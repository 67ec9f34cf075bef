import { Anchor, Badge, Button, Group, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { useMay } from '../../api/queries';
import type { Protocol } from '../../api/types';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { saveProtocol } from './files';
import { NewFrom } from './NewFrom';
import { AI } from './words';

/** The protocols of a project, and which of them new reads follow. */
export function ProtocolsPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const [making, setMaking] = useState(false);
  const query = useQuery({ queryKey: ['protocols', slug], queryFn: () => api.get<Protocol[]>(`/projects/${slug}/protocols/`) });
  const mayEdit = may('edit_protocol');
  return (
    <Page
      title="Protocols"
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      note="What is read and how. New reads follow the one in use; a case that was begun is read to its end under its own."
      actions={mayEdit && <Button onClick={() => setMaking(true)}>New from…</Button>}
    >
      <Loaded query={query} label="Loading protocols">
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="No protocol yet" action={mayEdit && <Button onClick={() => setMaking(true)}>New from…</Button>}>
              {mayEdit ? 'Begin with a ready one, or import a file.' : 'The project’s owner makes one.'}
            </Empty>
          ) : (
            <Rows slug={slug} rows={rows} mayEdit={mayEdit} />
          )
        }
      </Loaded>
      {making && <NewFrom slug={slug} protocols={query.data ?? []} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Rows({ slug, rows, mayEdit }: { slug: string; rows: Protocol[]; mayEdit: boolean }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState('');
  const use = async (row: Protocol) => {
    setBusy(row.id);
    try {
      await api.post(`/projects/${slug}/protocols/${row.id}/use/`);
      await client.invalidateQueries({ queryKey: ['protocols', slug] });
      notifications.show({ message: `New reads follow ${row.name}.`, color: 'green' });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    } finally {
      setBusy('');
    }
  };
  const save = async (row: Protocol) => {
    try {
      await saveProtocol(slug, row.id, row.version);
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  return (
    <Table verticalSpacing="sm" maw={1100}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Version</Table.Th>
          <Table.Th>Reads per case</Table.Th>
          <Table.Th>AI is shown</Table.Th>
          <Table.Th>Questions</Table.Th>
          <Table.Th aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.id} data-testid={`protocol-${row.name}`}>
            <Table.Td>
              <Group gap="xs">
                <Anchor component={Link} to={`/p/${slug}/protocols/${row.id}`} fw={600} size="sm">
                  {row.name}
                </Anchor>
                {row.in_use && (
                  <Badge color="teal" variant="light" radius="sm" tt="none">
                    in use
                  </Badge>
                )}
              </Group>
            </Table.Td>
            <Table.Td>
              {row.version}
              {row.frozen && (
                <Text span size="xs" c="dimmed">
                  {' '}
                  frozen
                </Text>
              )}
            </Table.Td>
            <Table.Td>{row.reads_per_case}</Table.Td>
            <Table.Td>{AI[row.ai]}</Table.Td>
            <Table.Td>{row.questions.length}</Table.Td>
            <Table.Td>
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                {mayEdit && !row.in_use && (
                  <Button size="compact-sm" variant="light" loading={busy === row.id} onClick={() => void use(row)}>
                    Use for new reads
                  </Button>
                )}
                <Button size="compact-sm" variant="default" onClick={() => void save(row)} aria-label={`Export ${row.name}`}>
                  Export
                </Button>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
