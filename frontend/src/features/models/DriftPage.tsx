import { Alert, Button, Group, Paper, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useParams } from 'react-router';

import { api } from '../../api/client';
import { Chart } from '../../components/Chart';
import { Empty, ErrorNote, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { CorrectionsTable } from './CorrectionsTable';
import { alarmWeeks, type Drift, type DriftChart, driftOption, KINDS, spoken, waitsFor } from './drift';

/** Weekly charts against a reference period: what comes in, what models make of it, what readers do with that. */
export function DriftPage() {
  const { slug = '' } = useParams();
  const [choosing, setChoosing] = useState(false);
  const [asTables, setAsTables] = useState(false);
  const query = useQuery({ queryKey: ['drift', slug], queryFn: () => api.get<Drift>(`/projects/${slug}/drift/`) });
  const drift = query.data;
  return (
    <Page
      title="Drift"
      note="Weeks against a reference period. All charts together raise a false alarm within 50 weeks with a probability of about 5 %."
      trail={[{ label: 'Models', to: `/p/${slug}/models` }]}
      actions={
        <Group gap="xs">
          {!!drift?.charts.length && (
            <Button variant="default" aria-pressed={asTables} onClick={() => setAsTables(!asTables)}>
              {asTables ? 'Show charts' : 'Show tables'}
            </Button>
          )}
          {drift?.may_choose && !choosing && (
            <Button onClick={() => setChoosing(true)}>{drift.reference ? 'Choose another reference' : 'Choose a reference'}</Button>
          )}
        </Group>
      }
    >
      <Loaded query={query} label="Loading drift charts">
        {(found) => (
          <Stack gap="xl">
            {choosing && <ReferenceForm slug={slug} onDone={() => setChoosing(false)} />}
            <Charts drift={found} asTables={asTables} />
            <CorrectionsTable slug={slug} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Charts({ drift, asTables }: { drift: Drift; asTables: boolean }) {
  const { reference, charts, lacking } = drift;
  if (!reference)
    return (
      <Empty title="No reference period">
        {drift.may_choose ? 'Choose a period in which all was well; later weeks are held against it.' : 'Quality chooses a period that later weeks are held against.'}
      </Empty>
    );
  const alarmed = charts.filter((chart) => alarmWeeks(chart).length > 0);
  return (
    <Stack gap="lg">
      <Text size="sm">
        Reference: {reference.first_date} to {reference.last_date}, chosen by {reference.chosen_by}.
      </Text>
      {alarmed.length > 0 && (
        <Alert color="red" title={`${alarmed.length} of ${charts.length} charts left their limits`}>
          {alarmed.map((chart) => `${name(chart)} (first in the week of ${alarmWeeks(chart)[0]})`).join('; ')}
        </Alert>
      )}
      {KINDS.map(([kind, title]) => {
        const own = charts.filter((chart) => chart.kind === kind);
        const waiting = lacking.filter((row) => row.kind === kind);
        if (own.length + waiting.length === 0) return null;
        return (
          <section key={kind} aria-label={title}>
            <Title order={2} fz="md" mb="sm">
              {title}
            </Title>
            <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
              {own.map((chart) => (
                <OneChart key={chart.code} chart={chart} asTable={asTables} />
              ))}
            </SimpleGrid>
            {waiting.map((row) => (
              <Text key={row.title} size="sm" c="dimmed" mt="xs">
                {row.title}: {waitsFor(row)}
              </Text>
            ))}
          </section>
        );
      })}
    </Stack>
  );
}

const name = (chart: DriftChart): string => (chart.site ? `${chart.title}, ${chart.site}` : chart.title);

function OneChart({ chart, asTable }: { chart: DriftChart; asTable: boolean }) {
  const option = useMemo(() => driftOption(chart), [chart]);
  const alarms = alarmWeeks(chart);
  const label = `${name(chart)} by week, ${alarms.length ? `${alarms.length} weeks outside the limits` : 'within the limits'}`;
  return (
    <Paper withBorder p="sm">
      <Text fw={600} size="sm">
        {name(chart)}
        {alarms.length > 0 && ' · alarm'}
      </Text>
      <Text size="xs" c="dimmed">
        Reference {spoken(chart.centre, chart.unit)} of {chart.n_reference} cases
      </Text>
      {chart.weeks.length === 0 ? (
        <Text size="sm">No week after the reference is over yet.</Text>
      ) : asTable ? (
        <WeekTable chart={chart} label={label} />
      ) : (
        <Chart option={option} height={180} label={label} />
      )}
    </Paper>
  );
}

function WeekTable({ chart, label }: { chart: DriftChart; label: string }) {
  return (
    <Table.ScrollContainer minWidth={320} mah={260} tabIndex={0} aria-label={label}>
      <Table fz="xs">
        <Table.Thead>
          <Table.Tr>
            {['Week of', 'Cases', 'Weighted mean', 'Limits', ''].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {chart.weeks.map((week) => (
            <Table.Tr key={week.week}>
              <Table.Td>{week.week}</Table.Td>
              <Table.Td>{week.n}</Table.Td>
              <Table.Td>{spoken(week.value, chart.unit)}</Table.Td>
              <Table.Td>
                {spoken(week.low, chart.unit)} to {spoken(week.high, chart.unit)}
              </Table.Td>
              <Table.Td>{week.alarm && 'Alarm'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function ReferenceForm({ slug, onDone }: { slug: string; onDone: () => void }) {
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const client = useQueryClient();
  const choose = useMutation({
    mutationFn: () => api.post(`/projects/${slug}/drift/`, { first_date: first, last_date: last }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['drift', slug] });
      onDone();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    choose.mutate();
  };
  return (
    <Paper withBorder p="md" component="form" onSubmit={send} maw={560}>
      <Group align="end">
        <TextInput type="date" label="First day" required value={first} onChange={(event) => setFirst(event.currentTarget.value)} />
        <TextInput type="date" label="Last day" required value={last} onChange={(event) => setLast(event.currentTarget.value)} />
        <Button type="submit" loading={choose.isPending}>
          Choose
        </Button>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
      </Group>
      {choose.isError && <ErrorNote error={choose.error} />}
    </Paper>
  );
}
