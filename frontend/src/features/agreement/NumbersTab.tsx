import { Anchor, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useParams } from 'react-router';

import type { NumberStatistics, StatPoint, Statistics } from '../../api/agreement';
import { Chart } from '../../components/Chart';
import { number, plural } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { namesOf, useAsked, useOpenPoint, usePoints } from './asking';
import { EstimateCell } from './EstimateCell';
import { blandAltman, scatter } from './figures';
import { NotEnough } from './NotEnough';
import { Pairs } from './Pairs';

const PARTS: [string, string][] = [
  ['basal_ml', 'Basal slices'],
  ['apical_ml', 'Apical slices'],
  ['gap_ml', 'Slices between'],
  ['phase_ml', 'Phase'],
  ['contour_ml', 'Contour'],
  ['phase_and_contour_ml', 'Phase and contour together'],
];
const LARGEST = 8;

export function NumbersTab({ found }: { found: Statistics }) {
  const { params, put } = useAsked();
  const row = found.numbers.find((r) => r.name === params.get('number')) ?? found.numbers[0];
  if (!row) return <NotEnough>No pair of reads has numbers to compare.</NotEnough>;
  return (
    <Stack gap="lg">
      <Overview rows={found.numbers} chosen={row.name} choose={(name) => put('number', [name])} />
      <Figures found={found} row={row} />
    </Stack>
  );
}

function Overview({ rows, chosen, choose }: { rows: NumberStatistics[]; chosen: string; choose: (name: string) => void }) {
  const twoWay = rows.some((row) => row.icc.icc2.value !== null);
  return (
    <Table.ScrollContainer minWidth={1000}>
      <Table verticalSpacing={6} highlightOnHover aria-label="Agreement of numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Number</Table.Th>
            <Table.Th ta="right">Cases</Table.Th>
            <Table.Th ta="right">Pairs</Table.Th>
            <Table.Th>Bias</Table.Th>
            <Table.Th>Limits of agreement</Table.Th>
            <Table.Th ta="right">Beyond band</Table.Th>
            <Table.Th>{twoWay ? 'ICC(2,1)' : 'ICC(1,1)'}</Table.Th>
            <Table.Th>CoV</Table.Th>
            <Table.Th>Concordance</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name} bg={row.name === chosen ? 'var(--mantine-color-blue-light)' : undefined}>
              <Table.Th scope="row" fw={600}>
                <Anchor component="button" size="sm" aria-pressed={row.name === chosen} onClick={() => choose(row.name)}>
                  {row.title}
                </Anchor>{' '}
                <Text span size="xs" c="dimmed">
                  {row.unit}
                </Text>
              </Table.Th>
              <Table.Td ta="right">{row.n_cases}</Table.Td>
              <Table.Td ta="right">{row.n_pairs}</Table.Td>
              <Table.Td>
                <EstimateCell of={row.bias} digits={1} />
              </Table.Td>
              <Table.Td>
                {row.lower.value === null ? (
                  <EstimateCell of={row.lower} />
                ) : (
                  <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
                    {number(row.lower.value, 1)} to {number(row.upper.value, 1)}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">{row.beyond_band === null ? '–' : `${row.beyond_band} of ${row.n_pairs}`}</Table.Td>
              <Table.Td>
                <EstimateCell of={twoWay ? row.icc.icc2 : row.icc.icc1} />
              </Table.Td>
              <Table.Td>
                <EstimateCell of={row.cov} digits={1} unit=" %" />
              </Table.Td>
              <Table.Td>
                <EstimateCell of={row.concordance} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Figures({ found, row }: { found: Statistics; row: NumberStatistics }) {
  const { slug = '' } = useParams();
  const query = usePoints(slug, row.name, found.pending);
  if (found.pending > 0) return null;
  return (
    <Loaded query={query} label="Loading the points">
      {(answer) =>
        answer.points.length === 0 ? (
          <NotEnough>No pair has {row.title} from both.</NotEnough>
        ) : (
          <Drawn found={found} row={row} points={answer.points} n={answer.n} />
        )
      }
    </Loaded>
  );
}

function Drawn({ found, row, points, n }: { found: Statistics; row: NumberStatistics; points: StatPoint[]; n: number }) {
  const { slug = '' } = useParams();
  const open = useOpenPoint();
  const names = namesOf(found);
  const file = (what: string) => `${slug}-${found.comparison}-${row.name}-${what}.svg`;
  const openAt = (index: number) => open(points[index]);
  return (
    <>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Paper withBorder p="md" component="section">
          <Title order={2} fz="md">
            {row.title}: difference and mean
          </Title>
          <Chart option={blandAltman(row, points, names)} height={340} label={`Bland-Altman plot of ${row.title}`} onPoint={openAt} fileName={file('bland-altman')} />
        </Paper>
        <Paper withBorder p="md" component="section">
          <Title order={2} fz="md">
            {row.title}: one against the other
          </Title>
          <Chart option={scatter(row, points, names)} height={340} label={`Scatter plot of ${row.title}`} onPoint={openAt} fileName={file('scatter')} />
        </Paper>
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        Every point opens the contours of both. {points.length < n ? `${plural(points.length, 'point')} of ${n} shown, drawn by lot.` : ''}
        {row.by_case ? ' Several pairs of one case: intervals are by case.' : ''}
        {row.n_one_only > 0 ? ` ${plural(row.n_one_only, 'pair')} with ${row.title} from one reading alone left out.` : ''}
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <LargestDifferences points={points} names={names} row={row} />
        <Stack gap="md">
          <Forms row={row} />
          {row.attribution && <Attribution row={row} />}
        </Stack>
      </SimpleGrid>
    </>
  );
}

function LargestDifferences({ points, names, row }: { points: StatPoint[]; names: Record<string, string>; row: NumberStatistics }) {
  const largest = [...points].sort((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0)).slice(0, LARGEST);
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Largest differences
      </Title>
      <Pairs label={`Largest differences of ${row.title}`} points={largest} names={names} shown={(value) => `${number(value, 1)} ${row.unit}`} />
    </Paper>
  );
}

function Forms({ row }: { row: NumberStatistics }) {
  const k = row.icc.n_readings;
  const forms = [
    ['ICC(1,1)', row.icc.icc1],
    ['ICC(2,1)', row.icc.icc2],
    ['ICC(3,1)', row.icc.icc3],
    [`ICC(1,${k})`, row.icc.icc1k],
    [`ICC(2,${k})`, row.icc.icc2k],
    [`ICC(3,${k})`, row.icc.icc3k],
  ] as const;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Intraclass correlation of {row.title}
      </Title>
      <SimpleGrid cols={2} spacing={6}>
        {forms.map(([name, value]) => (
          <Group key={name} gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed" w={72}>
              {name}
            </Text>
            <EstimateCell of={value} />
          </Group>
        ))}
      </SimpleGrid>
    </Paper>
  );
}

function Attribution({ row }: { row: NumberStatistics }) {
  const { parts, n } = row.attribution!;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Where {row.title} differs
      </Title>
      <Table verticalSpacing={4} aria-label={`Where ${row.title} differs`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Choice</Table.Th>
            <Table.Th ta="right">Mean, ml</Table.Th>
            <Table.Th ta="right">Mean size, ml</Table.Th>
            <Table.Th ta="right">Pairs</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {PARTS.filter(([part]) => (parts[part]?.n ?? 0) > 0).map(([part, title]) => (
            <Table.Tr key={part}>
              <Table.Td>{title}</Table.Td>
              <Table.Td ta="right">{number(parts[part]!.mean, 1)}</Table.Td>
              <Table.Td ta="right">{number(parts[part]!.mean_absolute, 1)}</Table.Td>
              <Table.Td ta="right">{parts[part]!.n}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt={4}>
        The parts of each of the {plural(n, 'pair')} add up to its difference.
      </Text>
    </Paper>
  );
}
