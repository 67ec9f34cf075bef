import { Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import { Empty, Loaded } from '../../components/Notice';
import { spoken } from './drift';

interface Correction {
  model: string;
  site: string;
  structure: string;
  phase: string;
  n_cases: number;
  n_reads: number;
  added_path_mm: number | null;
  dice: number | null;
  volume_ml: number | null;
  seconds: number | null;
  edited_share: number | null;
  redrawn_share: number | null;
  rejected_share: number | null;
  added_share: number | null;
}

const HEADS = ['Model', 'Site', 'Structure', 'Phase', 'Cases', 'Reads', 'Added path per frame', 'Dice', 'Volume', 'Edited', 'Redrawn', 'Rejected', 'Added', 'Time'];

/** How far readers moved drafts. Groups of fewer than 5 cases have their count alone. */
export function CorrectionsTable({ slug }: { slug: string }) {
  const query = useQuery({ queryKey: ['corrections', slug], queryFn: () => api.get<{ rows: Correction[] }>(`/projects/${slug}/corrections/`) });
  return (
    <section aria-label="Corrections">
      <Title order={2} fz="md">
        How far readers moved drafts
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        Cases whose reads are all in. Groups of fewer than 5 cases show their count alone.
      </Text>
      <Loaded query={query} label="Loading corrections">
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title="No corrections yet">They appear once all reads of a case that started from a draft are submitted.</Empty>
          ) : (
            <Table.ScrollContainer minWidth={1000}>
              <Table fz="sm">
                <Table.Thead>
                  <Table.Tr>
                    {HEADS.map((head) => (
                      <Table.Th key={head}>{head}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((row) => (
                    <Table.Tr key={[row.model, row.site, row.structure, row.phase].join(' ')}>
                      {cells(row).map((cell, index) => (
                        <Table.Td key={HEADS[index]}>{cell}</Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
    </section>
  );
}

function cells(row: Correction): (string | number)[] {
  const shares = [row.edited_share, row.redrawn_share, row.rejected_share, row.added_share];
  return [
    row.model,
    row.site,
    row.structure,
    row.phase,
    row.n_cases,
    row.n_reads,
    spoken(row.added_path_mm, 'mm'),
    spoken(row.dice, ''),
    spoken(row.volume_ml, 'ml'),
    ...shares.map((share) => spoken(share, 'share')),
    spoken(row.seconds, 's'),
  ];
}
