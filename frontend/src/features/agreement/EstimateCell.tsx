import { Text, Tooltip } from '@mantine/core';

import type { Estimate } from '../../api/agreement';
import { number } from '../../components/format';

/** `0.87 (0.71 to 0.94)`; a dash where it is not defined. Why, and how the interval was made, on hover and focus. */
export function EstimateCell({ of, digits = 2, unit = '' }: { of: Estimate | undefined; digits?: number; unit?: string }) {
  if (!of || of.value === null) {
    return (
      <Tooltip label={of?.why || 'Not defined.'} multiline maw={300} events={{ hover: true, focus: true, touch: true }}>
        <Text span size="sm" c="dimmed" tabIndex={0}>
          not defined
        </Text>
      </Tooltip>
    );
  }
  const text = `${number(of.value, digits)}${unit}`;
  const interval = of.low !== null && of.high !== null ? `${number(of.low, digits)} to ${number(of.high, digits)}` : null;
  const note = [interval ? `95 % interval: ${of.method}` : '', of.why].filter(Boolean).join(' ');
  return (
    <Tooltip label={note} disabled={note === ''} multiline maw={300} events={{ hover: true, focus: true, touch: true }}>
      <Text span size="sm" tabIndex={note === '' ? undefined : 0} style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
        {text}
        {interval && (
          <Text span size="xs" c="dimmed">
            {' '}
            ({interval})
          </Text>
        )}
      </Text>
    </Tooltip>
  );
}
