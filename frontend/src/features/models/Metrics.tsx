import { Accordion, Paper, Table, Text, Title } from '@mantine/core';

/** A measured table of a model card: a value with its 95 % interval and the number behind it. */
export interface Metric {
  title: string;
  note?: string;
  rows: { name: string; value: number | string; low?: number; high?: number; n?: number }[];
}

/** What a card holds under `metrics`, as far as it has the shape of one; cards come from anybody. */
export function metricsOf(card: Record<string, unknown>): Metric[] {
  const found = card['metrics'];
  return Array.isArray(found) ? found.filter(isMetric) : [];
}

function isMetric(value: unknown): value is Metric {
  if (typeof value !== 'object' || value === null) return false;
  const { title, rows } = value as Partial<Metric>;
  return typeof title === 'string' && Array.isArray(rows) && rows.every((row) => typeof row?.name === 'string');
}

/** The first table stands open, the others are a click away. */
export function Metrics({ metrics }: { metrics: Metric[] }) {
  if (metrics.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Measured
      </Title>
      <Accordion multiple defaultValue={['0']} variant="default" order={3}>
        {metrics.map((metric, index) => (
          <Accordion.Item key={index} value={String(index)}>
            <Accordion.Control fz="sm" px={0}>
              {metric.title}
            </Accordion.Control>
            <Accordion.Panel>
              <MetricTable metric={metric} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Paper>
  );
}

function MetricTable({ metric }: { metric: Metric }) {
  return (
    <>
      {metric.note && (
        <Text size="sm" c="dimmed" mb={4}>
          {metric.note}
        </Text>
      )}
      <Table fz="sm" verticalSpacing={2} maw={640} aria-label={metric.title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th />
            <Table.Th ta="right">Value</Table.Th>
            <Table.Th ta="right">95 % interval</Table.Th>
            <Table.Th ta="right">n</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ fontVariantNumeric: 'tabular-nums' }}>
          {metric.rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{row.name}</Table.Td>
              <Table.Td ta="right">{String(row.value)}</Table.Td>
              <Table.Td ta="right">{row.low === undefined ? '' : `${row.low} to ${row.high}`}</Table.Td>
              <Table.Td ta="right">{row.n ?? ''}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
