import { Group, Paper, Table, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';

import type { Evaluation, Side } from '../../api/types';
import { title } from '../../components/AgreementTable';
import { number, when } from '../../components/format';
import { isActive, JobLine } from '../../components/JobLine';
import { PhantomFlag } from '../../components/State';
import { GateSign } from './ModelsPage';
import { Strata } from './Strata';

/** Champion and challenger side by side, and what the gate made of it. */
export function EvaluationCard({ evaluation }: { evaluation: Evaluation }) {
  const { champion, challenger, gate, test_set } = evaluation;
  return (
    <Paper withBorder p="md" data-testid="evaluation">
      <Group gap="xs" mb="xs">
        <Text fw={600} size="sm">
          {test_set.name}
        </Text>
        {test_set.is_phantom && <PhantomFlag />}
        <GateSign passed={gate.passed} />
        <Text size="xs" c="dimmed">
          {when(gate.decided_at ?? evaluation.created_at)}
          {gate.passed !== null && (gate.plan_version ? ` · gate plan, version ${gate.plan_version}` : ' · default rules: no plan stood before')}
        </Text>
      </Group>
      {(isActive(evaluation.job) || evaluation.job.error) && <JobLine job={evaluation.job} />}
      {challenger && <Sides champion={champion} challenger={challenger} />}
      {gate.checks.length > 0 && (
        <Table fz="sm" mt="sm" verticalSpacing={3} aria-label="Gate">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Gate</Table.Th>
              <Table.Th ta="right">Champion</Table.Th>
              <Table.Th ta="right">Challenger</Table.Th>
              <Table.Th ta="right">Threshold</Table.Th>
              <Table.Th>Result</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {gate.checks.map((check) => (
              <Table.Tr key={check.code}>
                <Table.Td>
                  {check.title}
                  {check.note && (
                    <Text size="xs" c="dimmed">
                      {check.note}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right">{number(check.champion, 3)}</Table.Td>
                <Table.Td ta="right">{number(check.challenger, 3)}</Table.Td>
                <Table.Td ta="right">{number(check.threshold, 3)}</Table.Td>
                <Table.Td>
                  <Group gap={4} c={check.passed ? 'var(--accord-good)' : 'var(--accord-bad)'}>
                    {check.passed ? <IconCheck size={15} /> : <IconX size={15} />}
                    {check.passed ? 'passed' : 'not passed'}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Strata strata={evaluation.strata} />
    </Paper>
  );
}

function Sides({ champion, challenger }: { champion: Side | null; challenger: Side }) {
  const name = (side: Side | null) => (side?.model ? `${side.model.name} ${side.model.version}` : '–');
  const structures = Object.keys(challenger.dice_by_structure);
  const rows: [string, (side: Side) => string][] = [
    ['Dice, mean', (s) => number(s.mean_dice, 3)],
    ...structures.map((code): [string, (side: Side) => string] => [`Dice, ${title(code)}`, (s) => number(s.dice_by_structure[code], 3)]),
    ['Dice, worst case', (s) => number(s.worst_dice, 3)],
    ['EDV, mean absolute error, ml', (s) => number(s.edv_mae_ml, 1)],
    ['ESV, mean absolute error, ml', (s) => number(s.esv_mae_ml, 1)],
    ['EF, mean absolute error, points', (s) => number(s.ef_mae_points, 1)],
    ['Cases failed', (s) => `${s.failed_cases} of ${s.n_cases}`],
  ];
  return (
    <Table fz="sm" verticalSpacing={3}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Measure</Table.Th>
          <Table.Th ta="right">{name(champion)} (champion)</Table.Th>
          <Table.Th ta="right">{name(challenger)} (challenger)</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([label, of]) => (
          <Table.Tr key={label}>
            <Table.Td>{label}</Table.Td>
            <Table.Td ta="right">{champion ? of(champion) : '–'}</Table.Td>
            <Table.Td ta="right">{of(challenger)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
