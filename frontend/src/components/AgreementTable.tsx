import { Group, Stack, Table, Text } from '@mantine/core';

import type { Agreement } from '../api/types';
import classes from './agreement.module.css';
import { number } from './format';

const TITLES: Record<string, string> = {
  edv_ml: 'EDV',
  esv_ml: 'ESV',
  sv_ml: 'SV',
  ef_percent: 'EF',
  mass_g: 'LV mass',
  rv_edv_ml: 'RV EDV',
  rv_esv_ml: 'RV ESV',
  rv_ef_percent: 'RV EF',
  lv_endo: 'LV endocardium',
  lv_epi: 'LV epicardium',
  myocardium: 'Myocardium',
  rv_endo: 'RV endocardium',
};
export const title = (name: string): string => TITLES[name] ?? name;

/** Two reads side by side: what differs, by how much, and what the protocol allows. */
export function AgreementTable({ agreement }: { agreement: Agreement }) {
  const [first, second] = agreement.readings;
  return (
    <Stack gap="md">
      <Table className={`${classes.table} ${classes.measures}`} data-testid="agreement" verticalSpacing={3} horizontalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Measure</Table.Th>
            <Table.Th ta="right">
              <Reader color="var(--accord-blue)" label={first?.label ?? 'Blue'} />
            </Table.Th>
            <Table.Th ta="right">
              <Reader color="var(--accord-orange)" label={second?.label ?? 'Orange'} />
            </Table.Th>
            <Table.Th ta="right">Δ</Table.Th>
            <Table.Th ta="right">Band</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {agreement.differences.map((row) => (
            <Table.Tr key={row.name} data-exceeds={row.exceeds || undefined}>
              <Table.Td>
                {title(row.name)} <span className={classes.unit}>{row.unit}</span>
              </Table.Td>
              <Table.Td ta="right">{number(row.a, 1)}</Table.Td>
              <Table.Td ta="right">{number(row.b, 1)}</Table.Td>
              <Table.Td ta="right" className={classes.delta!}>
                {number(row.delta, 1)}
              </Table.Td>
              <Table.Td ta="right" c="dimmed">
                {row.band === null ? '–' : number(row.band, 1)}
              </Table.Td>
            </Table.Tr>
          ))}
          {agreement.answers.map((row) => (
            <Table.Tr key={row.question} data-exceeds={!row.same || undefined}>
              <Table.Td>{row.title}</Table.Td>
              <Table.Td ta="right">{row.a ?? '–'}</Table.Td>
              <Table.Td ta="right">{row.b ?? '–'}</Table.Td>
              <Table.Td ta="right" className={classes.delta!}>
                {row.same ? '=' : '≠'}
              </Table.Td>
              <Table.Td ta="right" c="dimmed">
                =
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {agreement.dice.length > 0 && (
        <Table className={`${classes.table} ${classes.dice}`} data-testid="dice" verticalSpacing={3} horizontalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Dice</Table.Th>
              <Table.Th ta="right">ED</Table.Th>
              <Table.Th ta="right">ES</Table.Th>
              <Table.Th ta="right">Pooled</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {agreement.dice.map((row) => (
              <Table.Tr key={row.structure}>
                <Table.Td>{title(row.structure)}</Table.Td>
                <Table.Td ta="right">{number(row.ed, 3)}</Table.Td>
                <Table.Td ta="right">{number(row.es, 3)}</Table.Td>
                <Table.Td ta="right">{number(row.pooled, 3)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {agreement.reasons.length > 0 && (
        <Text size="xs" c="dimmed">
          {agreement.reasons.join(' ')}
        </Text>
      )}
    </Stack>
  );
}

function Reader({ color, label }: { color: string; label: string }) {
  return (
    <Group gap={5} justify="flex-end" wrap="nowrap" component="span">
      <span className={classes.dot} style={{ background: color }} />
      {label}
    </Group>
  );
}
