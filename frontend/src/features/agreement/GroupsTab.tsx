import { Paper, SegmentedControl, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useParams } from 'react-router';

import type { NamedGroup, Statistics } from '../../api/agreement';
import { Chart } from '../../components/Chart';
import { number } from '../../components/format';
import { namesOf, useAsked } from './asking';
import { EstimateCell } from './EstimateCell';
import { readerMatrix } from './figures';
import { NotEnough } from './NotEnough';
import { structureTitle } from './structures';

const BY = [
  { value: 'reader', label: 'Readers' },
  { value: 'site', label: 'Sites' },
  { value: 'vendor', label: 'Vendors' },
  { value: 'disease', label: 'Diseases' },
] as const;

export function GroupsTab({ found }: { found: Statistics }) {
  const { params, put } = useAsked();
  const by = BY.find((b) => b.value === params.get('by'))?.value ?? 'reader';
  const structures = [...new Set(found.contours.map((row) => row.structure))];
  const measures = [
    ...structures.map((code) => ({ value: `dice:${code}`, label: `Dice, ${structureTitle(code)}` })),
    ...found.numbers.map((row) => ({ value: row.name, label: `${row.title}, size of differences` })),
  ];
  const measure = measures.find((m) => m.value === params.get('shown')) ?? measures[0];
  if (found.n_pairs === 0 || !measure) return <NotEnough>No pair of reads to group.</NotEnough>;
  return (
    <Stack gap="lg">
      {by === 'reader' && <Matrix found={found} measure={measure.value} measures={measures} choose={(value) => put('shown', [value])} />}
      <SegmentedControl aria-label="Group by" data={BY.map((b) => ({ ...b }))} value={by} onChange={(value) => put('by', [value])} style={{ alignSelf: 'flex-start' }} />
      <Groups rows={found.groups[by]} found={found} structures={structures} />
    </Stack>
  );
}

function Matrix({ found, measure, measures, choose }: { found: Statistics; measure: string; measures: { value: string; label: string }[]; choose: (value: string) => void }) {
  const { slug = '' } = useParams();
  const { put } = useAsked();
  const { option, shown } = readerMatrix(found.heat_map, namesOf(found), measure);
  const label = measures.find((m) => m.value === measure)!.label;
  const people = new Set(found.choices.readers.map((r) => r.value));
  return (
    <Paper withBorder p="md" component="section" maw={820}>
      <Title order={2} fz="md" mb="xs">
        Reader by reader
      </Title>
      <Select aria-label="Shown in the cells" data={measures} value={measure} onChange={(value) => choose(value ?? '')} allowDeselect={false} w={280} mb="xs" />
      {shown.length === 0 ? (
        <NotEnough>Nobody met on a case.</NotEnough>
      ) : (
        <>
          <Chart
            option={option}
            height={Math.min(560, 150 + 44 * found.readers.length)}
            label={`Heat map of readers, ${label}`}
            fileName={`${slug}-${found.comparison}-readers.svg`}
            onPoint={(index) => {
              const cell = shown[index];
              if (cell) put('reader', [...new Set([cell.reader_a, cell.reader_b])].filter((key) => people.has(key)));
            }}
          />
          <Text size="xs" c="dimmed">
            A cell narrows the page to its readers; the points and lists of the other tabs then open their contours.
          </Text>
        </>
      )}
    </Paper>
  );
}

function Groups({ rows, found, structures }: { rows: NamedGroup[]; found: Statistics; structures: string[] }) {
  const numbers = found.numbers.filter((row) => ['edv_ml', 'esv_ml', 'ef_percent', 'mass_g'].includes(row.name));
  return (
    <Table.ScrollContainer minWidth={900}>
      <Table verticalSpacing={6} aria-label="Agreement by group">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Group</Table.Th>
            <Table.Th ta="right">Cases</Table.Th>
            <Table.Th ta="right">Pairs</Table.Th>
            {structures.map((code) => (
              <Table.Th key={code}>Dice, {structureTitle(code)}</Table.Th>
            ))}
            {numbers.map((row) => (
              <Table.Th key={row.name}>
                {row.title}, bias and limits ({row.unit})
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.group}>
              <Table.Th scope="row" fw={600}>
                {row.label}
              </Table.Th>
              <Table.Td ta="right">{row.n_cases}</Table.Td>
              <Table.Td ta="right">{row.n_pairs}</Table.Td>
              {structures.map((code) => (
                <Table.Td key={code}>
                  <EstimateCell of={row.dice[code]} digits={3} />
                </Table.Td>
              ))}
              {numbers.map(({ name }) => {
                const limits = row.numbers[name];
                return (
                  <Table.Td key={name} style={{ whiteSpace: 'nowrap' }}>
                    {number(limits?.bias.value, 1)}
                    {limits?.lower.value !== null && limits && (
                      <Text span size="xs" c="dimmed">
                        {' '}
                        ({number(limits.lower.value, 1)} to {number(limits.upper.value, 1)})
                      </Text>
                    )}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
