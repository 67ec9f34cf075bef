import { Anchor, List, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { useMay } from '../../api/queries';
import type { Concerned, Consequences as Found } from '../../api/subjects';
import { linesOf } from './withdrawal';

/** What a withdrawal removes and whom it concerns, before it or after. */
export function Consequences({ slug, found, done = false }: { slug: string; found: Found; done?: boolean }) {
  const lines = linesOf(found.removed);
  return (
    <Stack gap="md">
      <Part title={done ? 'What went' : 'What goes'}>
        {lines.length === 0 ? (
          <Text size="sm">Nothing is held of this subject.</Text>
        ) : (
          <Table fz="sm" verticalSpacing={3} withRowBorders={false}>
            <Table.Tbody>
              {lines.map((line) => (
                <Table.Tr key={line.title}>
                  <Table.Th scope="row" w={96} fw={400} c="dimmed" pl={0} style={{ verticalAlign: 'top' }}>
                    {line.title}
                  </Table.Th>
                  <Table.Td>{line.text}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Text size="xs" c="dimmed" mt={4}>
          Cases, reads and revisions stay as empty rows: who worked, and when. Digests and the audit trail stay.
        </Text>
      </Part>
      <Part title="What had used it">
        <UsedBy slug={slug} affected={found.affected} />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={3} fz="sm" fw={600} mb={4}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function UsedBy({ slug, affected }: { slug: string; affected: Found['affected'] }) {
  const may = useMay(slug);
  const { datasets = [], test_sets: testSets = [], models = [] } = affected;
  if (datasets.length + testSets.length + models.length === 0) {
    return <Text size="sm">No dataset, test set or model used it.</Text>;
  }
  return (
    <List size="sm" spacing={4}>
      {datasets.map((row) => (
        <List.Item key={row.id}>
          Dataset <Name row={{ ...row, name: `${row.name} · version` }} to={may('view_datasets') && `/p/${slug}/datasets/${row.id}`} />: marked, not
          exported or trained on again; its exports are deleted
        </List.Item>
      ))}
      {testSets.map((row) => (
        <List.Item key={row.id}>
          Test set <Name row={row} to={false} />: marked, not used again
        </List.Item>
      ))}
      {models.map((row) => (
        <List.Item key={row.id}>
          Model <Name row={row} to={may('view_models') && `/p/${slug}/models/${row.id}`} />
          {row.state && `, ${row.state}`}: learned from it and <b>is not deleted</b>; tell the data scientists
        </List.Item>
      ))}
    </List>
  );
}

function Name({ row, to }: { row: Concerned; to: string | false }) {
  const name = `${row.name} ${row.version ?? ''}`.trim();
  if (!to) return <b>{name}</b>;
  return (
    <Anchor component={Link} to={to} size="sm" underline="always">
      {name}
    </Anchor>
  );
}
