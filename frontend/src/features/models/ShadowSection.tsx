import { Alert, Button, Group, Paper, Table, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../../api/client';
import { number } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { interval, labelOf, type ShadowState, waiting } from './shadow';

/** Shadow mode of a model: on, off, and how its drafts compare. For those who train or approve. */
export function Shadow({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['model', id, 'shadow'], queryFn: () => api.get<ShadowState>(`/models/${id}/shadow/`) });
  return (
    <Loaded query={query} label="Loading shadow drafts">
      {(state) => (state.may_start || state.started_at ? <Found id={id} state={state} /> : null)}
    </Loaded>
  );
}

function Found({ id, state }: { id: string; state: ShadowState }) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const turn = async (on: boolean) => {
    setProblem(null);
    try {
      await api.post(`/models/${id}/shadow/`, { on });
      await client.invalidateQueries({ queryKey: ['model', id] });
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  const missing = waiting(state);
  return (
    <Paper withBorder p="md" component="section" aria-label="Shadow drafts">
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="md">
          Shadow drafts
        </Title>
        {(state.may_start || state.is_open) && (
          <Button size="compact-sm" variant="default" onClick={() => void turn(!state.is_open)}>
            {state.is_open ? 'End the shadow' : 'Draft in the shadow'}
          </Button>
        )}
      </Group>
      {problem && (
        <Alert color="red" mb="xs">
          {problem}
        </Alert>
      )}
      <Text size="sm" c="dimmed" mb="xs">
        {state.is_open
          ? 'It drafts whatever the champion drafts anew. Nobody reads with these drafts.'
          : state.started_at
            ? 'The shadow has ended; what it drafted is still compared.'
            : 'In the shadow it drafts whatever the champion drafts from then on, for nobody to read.'}
      </Text>
      {state.started_at && (
        <>
          <Text size="sm">
            Cases drafted: {state.n_drafted}
            {state.n_failed > 0 && ` · could not draft: ${state.n_failed}`} · compared with the champion: {state.beside_champion.n} · with a
            reference: {state.beside_reference.n}
          </Text>
          {missing && (
            <Text size="sm" c="dimmed">
              {missing}
            </Text>
          )}
          <Tables state={state} />
        </>
      )}
    </Paper>
  );
}

function Tables({ state }: { state: ShadowState }) {
  const { beside_champion: beside, beside_reference: held } = state;
  return (
    <>
      {beside.rows.length > 0 && (
        <Rows
          label="Beside the champion’s drafts"
          head={['This model beside the champion', 'Mean', '95 % interval', 'n']}
          rows={beside.rows.map((row) => [labelOf(row), number(row.mean, 3), interval(row), String(row.n)])}
        />
      )}
      {held.rows.length > 0 && (
        <Rows
          label="Beside locked references"
          head={['Beside locked references', 'Champion', 'This model', 'Difference, 95 %', 'n']}
          rows={held.rows.map((row) => [labelOf(row), number(row.champion, 3), number(row.shadow, 3), interval(row), String(row.n)])}
        />
      )}
    </>
  );
}

function Rows({ label, head, rows }: { label: string; head: string[]; rows: string[][] }) {
  return (
    <Table fz="sm" mt="sm" verticalSpacing={2} aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          {head.map((cell, index) => (
            <Table.Th key={cell} ta={index ? 'right' : undefined}>
              {cell}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody style={{ fontVariantNumeric: 'tabular-nums' }}>
        {rows.map((row) => (
          <Table.Tr key={row[0]}>
            {row.map((cell, index) => (
              <Table.Td key={index} ta={index ? 'right' : undefined}>
                {cell}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
