import { Table } from '@mantine/core';

import type { EvaluationStratum } from '../../api/types';
import { number } from '../../components/format';

/** Champion and challenger in each group of cases; small groups say nothing. */
export function Strata({ strata }: { strata: EvaluationStratum[] }) {
  if (strata.length === 0) return null;
  return (
    <Table fz="sm" mt="sm" verticalSpacing={3} aria-label="Groups">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Group</Table.Th>
          <Table.Th ta="right">Cases</Table.Th>
          <Table.Th ta="right">Champion, Dice</Table.Th>
          <Table.Th ta="right">Challenger, Dice</Table.Th>
          <Table.Th ta="right">Difference (95 % interval)</Table.Th>
          <Table.Th ta="right">EF error, points</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody style={{ fontVariantNumeric: 'tabular-nums' }}>
        {strata.map((s) => (
          <Table.Tr key={`${s.by} ${s.name}`}>
            <Table.Td>
              {s.by}: {s.name}
            </Table.Td>
            {s.dice === null ? (
              <Table.Td colSpan={5} ta="right" c="dimmed">
                too few cases
              </Table.Td>
            ) : (
              <>
                <Table.Td ta="right">{s.n}</Table.Td>
                <Table.Td ta="right">{number(s.champion_dice, 3)}</Table.Td>
                <Table.Td ta="right">{number(s.challenger_dice, 3)}</Table.Td>
                <Table.Td ta="right">
                  {number(s.dice.mean, 3)} ({number(s.dice.low, 3)} to {number(s.dice.high, 3)})
                </Table.Td>
                <Table.Td ta="right">
                  {number(s.champion_ef_points, 1)} → {number(s.challenger_ef_points, 1)}
                </Table.Td>
              </>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
