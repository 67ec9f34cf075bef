import { Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useParams } from 'react-router';

import type { Found, LandmarkStatistics, Statistics } from '../../api/agreement';
import { Chart } from '../../components/Chart';
import { number, plural } from '../../components/format';
import { EstimateCell } from './EstimateCell';
import { frocPlane } from './froc';
import { NotEnough } from './NotEnough';

const AGAINST_REFERENCE = ['reference', 'ai_reference'];

/** Landmarks found, against the signed reference: FROC. */
export function LandmarksTab({ found }: { found: Statistics }) {
  if (!found.asks_landmarks) return <NotEnough>The protocol asks for no landmark.</NotEnough>;
  if (!AGAINST_REFERENCE.includes(found.comparison))
    return <NotEnough>Landmarks are found or missed against a signed reference: choose “Reader and reference” or “AI and reference” as the comparison.</NotEnough>;
  return (
    <Stack gap="lg">
      {found.landmarks.map((row) => (
        <Landmark key={row.code} row={row} comparison={found.comparison} />
      ))}
    </Stack>
  );
}

function Landmark({ row, comparison }: { row: LandmarkStatistics; comparison: string }) {
  const { slug = '' } = useParams();
  const { all } = row;
  const stated = row.within_stated ? 'as the protocol says' : 'as the protocol states no distance';
  return (
    <Paper withBorder p="md" component="section" maw={1180} aria-label={row.title}>
      <Title order={2} fz="md">
        {row.title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Found within {number(row.within_mm, 1)} mm of the reference, {stated}. {plural(all.n_images, 'reading')} of {plural(all.n_cases, 'case')}, with{' '}
        {plural(all.n_findings, 'landmark')} to be found. The export has a line for each one found, missed or falsely marked.
      </Text>
      {all.n_findings === 0 ? (
        <NotEnough>
          {all.n_images === 0 ? 'No locked case was read under this question.' : 'The reference has none of these landmarks, so there is no sensitivity.'}
        </NotEnough>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <div>
            <Chart option={frocPlane(row)} height={320} label={`FROC of ${row.title}: sensitivity against false marks`} fileName={`${slug}-${comparison}-${row.code}-froc.svg`} />
            <Text size="xs" c="dimmed">
              Nobody says how sure they are, so each reader is one point. A mark weighs the same as any other, and a landmark is found once.
            </Text>
          </div>
          <Stack gap="md">
            <Readers row={row} />
            <ByDistance row={row} />
          </Stack>
        </SimpleGrid>
      )}
    </Paper>
  );
}

function Readers({ row }: { row: LandmarkStatistics }) {
  const rows: [string, string, Found][] = [...row.readers.map((r): [string, string, Found] => [r.reader, r.label, r]), ['all', 'All', row.all]];
  return (
    <Table verticalSpacing={4} aria-label={`Landmarks found by reader, ${row.title}`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Reader</Table.Th>
          <Table.Th ta="right">Found</Table.Th>
          <Table.Th>Sensitivity</Table.Th>
          <Table.Th ta="right" title="Marks that are no landmark of the reference, for each reading">
            False
          </Table.Th>
          <Table.Th ta="right" title="Mean sensitivity at 1/8, 1/4, 1/2, 1, 2, 4 and 8 false marks for each reading">
            FROC score
          </Table.Th>
          <Table.Th ta="right" title="Median distance of those found">
            Apart, mm
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([key, label, of]) => (
          <Table.Tr key={key}>
            <Table.Th scope="row" fw={key === 'all' ? 600 : 500}>
              {label}
            </Table.Th>
            <Table.Td ta="right">
              {of.hits} of {of.n_findings}
            </Table.Td>
            <Table.Td>
              <EstimateCell of={of.sensitivity} />
            </Table.Td>
            <Table.Td ta="right">{number(of.false_per_image, 2)}</Table.Td>
            <Table.Td ta="right">{of.froc ? number(of.froc.score, 2) : '–'}</Table.Td>
            <Table.Td ta="right">{number(of.median_apart_mm, 1)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ByDistance({ row }: { row: LandmarkStatistics }) {
  return (
    <Table verticalSpacing={4} aria-label={`Landmarks found by distance, ${row.title}`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Counted as found within</Table.Th>
          <Table.Th ta="right">Sensitivity</Table.Th>
          <Table.Th ta="right">False a reading</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {row.by_distance.map((at) => (
          <Table.Tr key={at.within_mm}>
            <Table.Th scope="row" fw={500}>
              {number(at.within_mm, 1)} mm
            </Table.Th>
            <Table.Td ta="right">{number(at.sensitivity, 2)}</Table.Td>
            <Table.Td ta="right">{number(at.false_per_image, 2)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
