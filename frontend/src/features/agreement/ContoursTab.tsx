import { Group, Paper, SegmentedControl, Select, SimpleGrid, Stack, Table, Title } from '@mantine/core';
import { useParams } from 'react-router';

import type { ContourStatistics, Metric, Statistics } from '../../api/agreement';
import { Chart } from '../../components/Chart';
import { number } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { namesOf, useAsked, usePoints } from './asking';
import { EstimateCell } from './EstimateCell';
import { boxes, METRICS } from './figures';
import { NotEnough } from './NotEnough';
import { Pairs } from './Pairs';
import { structureTitle } from './structures';

const LEVELS = ['all', 'base', 'mid', 'apex'];
const PHASES = ['all', 'ED', 'ES', 'other'];
const WORST = 8;

export function ContoursTab({ found }: { found: Statistics }) {
  const { params, put } = useAsked();
  const { slug = '' } = useParams();
  const metric = METRICS.find((m) => m.value === params.get('metric')) ?? METRICS[0]!;
  const phase = PHASES.includes(params.get('phase') ?? '') ? params.get('phase')! : 'all';
  const shown = order(found.contours.filter((row) => row.phase === phase));
  const phases = PHASES.filter((p) => found.contours.some((row) => row.phase === p));
  if (found.contours.length === 0) return <NotEnough>No pair of reads has contours to compare.</NotEnough>;
  return (
    <Stack gap="lg">
      <Group>
        <Select
          aria-label="Metric"
          data={METRICS.map(({ value, label }) => ({ value, label }))}
          value={metric.value}
          onChange={(value) => put('metric', [value ?? ''])}
          allowDeselect={false}
          w={210}
        />
        <SegmentedControl aria-label="Phase" data={phases.map((p) => ({ value: p, label: p === 'all' ? 'All phases' : p }))} value={phase} onChange={(value) => put('phase', [value])} />
      </Group>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Paper withBorder p="md" component="section">
          <Title order={2} fz="md">
            {metric.label} by structure and level
          </Title>
          <Chart
            option={boxes(
              shown.map((row) => ({ label: `${structureTitle(row.structure)} ${row.level}`, spread: row[metric.value] })),
              metric.unit ? `${metric.label} (${metric.unit})` : metric.label,
            )}
            height={360}
            label={`Box plot of ${metric.label} by structure and level`}
            fileName={`${slug}-${found.comparison}-${metric.value}-box.svg`}
          />
        </Paper>
        <Worst found={found} metric={metric.value} label={metric.label} unit={metric.unit} phase={phase} structures={[...new Set(shown.map((r) => r.structure))]} />
      </SimpleGrid>
      <Rows rows={shown} />
    </Stack>
  );
}

const order = (rows: ContourStatistics[]) =>
  [...rows].sort((a, b) => a.structure.localeCompare(b.structure) || LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));

function Rows({ rows }: { rows: ContourStatistics[] }) {
  return (
    <Table.ScrollContainer minWidth={1000}>
      <Table verticalSpacing={6} aria-label="Agreement of contours">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Structure</Table.Th>
            <Table.Th>Level</Table.Th>
            <Table.Th ta="right">Cases</Table.Th>
            <Table.Th ta="right">Pairs</Table.Th>
            <Table.Th ta="right">Frames</Table.Th>
            <Table.Th ta="right">One-sided</Table.Th>
            {METRICS.map((m) => (
              <Table.Th key={m.value}>{m.unit ? `${m.label}, ${m.unit}` : m.label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.structure + row.level}>
              <Table.Th scope="row" fw={600}>
                {structureTitle(row.structure)}
              </Table.Th>
              <Table.Td>{row.level}</Table.Td>
              <Table.Td ta="right">{row.n_cases}</Table.Td>
              <Table.Td ta="right">{row.n_pairs}</Table.Td>
              <Table.Td ta="right">{number(row.n_frames)}</Table.Td>
              <Table.Td ta="right">{number(row.one_sided)}</Table.Td>
              {METRICS.map((m) => (
                <Table.Td key={m.value}>
                  <EstimateCell of={row[m.value].mean} digits={m.unit ? 1 : 3} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Worst({ found, metric, label, unit, phase, structures }: { found: Statistics; metric: Metric; label: string; unit: string; phase: string; structures: string[] }) {
  const { params, put } = useAsked();
  const { slug = '' } = useParams();
  const names = namesOf(found);
  const structure = structures.includes(params.get('structure') ?? '') ? params.get('structure')! : (structures[0] ?? '');
  const query = usePoints(slug, structure ? `${metric}:${structure}:all:${phase}` : '', found.pending);
  const sign = unit ? -1 : 1; // far is bad, overlap is good
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="md">
          Where they differ most
        </Title>
        <Select
          aria-label="Structure"
          size="xs"
          data={structures.map((s) => ({ value: s, label: structureTitle(s) }))}
          value={structure}
          onChange={(value) => put('structure', [value ?? ''])}
          allowDeselect={false}
          w={170}
        />
      </Group>
      {found.pending === 0 && (
        <Loaded query={query} label="Loading the cases">
          {(answer) => (
            <Pairs
              label={`Pairs with the worst ${label}`}
              points={[...answer.points].sort((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0))).slice(0, WORST)}
              names={names}
              shown={(value) => `${number(value, unit ? 1 : 3)} ${unit}`}
            />
          )}
        </Loaded>
      )}
    </Paper>
  );
}
