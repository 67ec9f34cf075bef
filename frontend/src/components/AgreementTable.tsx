import { Group, Stack, Table, Text } from '@mantine/core';

import type { Agreement } from '../api/types';
import classes from './agreement.module.css';
import { answerText } from './answers';
import { number } from './format';
import { pageColor } from './readings';

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

/** All reads side by side: what differs, by how much, and what the protocol allows. */
export function AgreementTable({ agreement }: { agreement: Agreement }) {
  const { readings, differences, answers, dice, reasons } = agreement;
  const compared = readings.length > 1;
  // a structure that the protocol doesn't ask for has no row
  // beside three readings there is no room for what they span: it stands below the measure
  const beside = compared && readings.length < 3;
  const measured = differences.filter((row) => readings.some(({ key }) => row.values[key] != null));
  return (
    <Stack gap="md">
      {agreement.lacks_model && (
        <Text size="xs" c="dimmed" role="note">
          The AI is missing: the protocol compares it, and its draft was not there yet. When it comes the case is compared again, unless somebody has begun to
          settle or discuss it.
        </Text>
      )}
      <div className={classes.scroll} tabIndex={readings.length > 3 ? 0 : undefined} role="region" aria-label="Numbers and answers of all readings">
        <Table className={`${classes.table} ${classes.measures}`} style={readings.length > 3 ? { minWidth: 96 + 62 * readings.length } : {}} data-testid="agreement" verticalSpacing={3} horizontalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Measure</Table.Th>
              {readings.map(({ key, label }) => (
                <Table.Th key={key} ta="right">
                  <Reader color={pageColor(key)} label={label} />
                </Table.Th>
              ))}
              {beside && (
                <>
                  <Table.Th ta="right" title="Difference">
                    Δ
                  </Table.Th>
                  <Table.Th ta="right">Band</Table.Th>
                </>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {measured.map((row) => (
              <Table.Tr key={row.name} data-exceeds={row.exceeds || undefined}>
                <Table.Td>
                  {title(row.name)} <span className={classes.unit}>{row.unit}</span>
                  {compared && !beside && <Spread spread={row.spread} band={row.band} />}
                </Table.Td>
                {readings.map(({ key }) => (
                  <Table.Td key={key} ta="right">
                    {number(row.values[key] ?? null, 1)}
                  </Table.Td>
                ))}
                {beside && (
                  <>
                    <Table.Td ta="right" className={classes.delta!}>
                      {number(row.spread, 1)}
                    </Table.Td>
                    <Table.Td ta="right" c="dimmed">
                      {row.band === null ? '–' : number(row.band, 1)}
                    </Table.Td>
                  </>
                )}
              </Table.Tr>
            ))}
            {answers.map((row) => (
              <Table.Tr key={row.question} data-exceeds={!row.same || undefined}>
                <Table.Td>
                  {row.title}
                  {compared && !beside && <div className={classes.delta}>{row.same ? 'the same' : 'differs'}</div>}
                </Table.Td>
                {Object.keys(row.values).length > 0 ? (
                  readings.map(({ key }) => (
                    <Table.Td key={key} ta="right">
                      {answerText(undefined, row.values[key] ?? null)}
                    </Table.Td>
                  ))
                ) : (
                  <Table.Td colSpan={readings.length} ta="right">
                    {row.tally.map(({ value, count }) => `${answerText(undefined, value)} × ${count}`).join(', ')}
                  </Table.Td>
                )}
                {beside && (
                  <>
                    <Table.Td ta="right" className={classes.delta!}>
                      {row.same ? '=' : '≠'}
                    </Table.Td>
                    <Table.Td ta="right" c="dimmed">
                      =
                    </Table.Td>
                  </>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {dice.length > 0 && (
        <Table className={`${classes.table} ${classes.dice}`} data-testid="dice" verticalSpacing={3} horizontalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{readings.length > 2 ? 'Lowest Dice of all pairs' : 'Dice'}</Table.Th>
              <Table.Th ta="right">ED</Table.Th>
              <Table.Th ta="right">ES</Table.Th>
              <Table.Th ta="right">Pooled</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {dice.map((row) => (
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
      {reasons.length > 0 && (
        <Text size="xs" c="dimmed">
          {reasons.map((reason) => reason.message).join(' ')}
        </Text>
      )}
    </Stack>
  );
}

/** From the smallest to the largest of all readings, and how far the protocol lets them lie apart. */
function Spread({ spread, band }: { spread: number | null; band: number | null }) {
  if (spread === null) return null;
  return (
    <div className={classes.delta} title="Largest minus smallest">
      Δ {number(spread, 1)}
      {band !== null && ` (band ${number(band, 1)})`}
    </div>
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
