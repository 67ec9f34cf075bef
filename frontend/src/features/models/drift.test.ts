import { expect, test } from 'vitest';

import { alarmWeeks, type DriftChart, driftOption, spoken, waitsFor } from './drift';

const week = (date: string, alarm: boolean) => ({ week: date, n: 4, value: 0.5, low: 0.2, high: 0.8, alarm });
const chart: DriftChart = {
  code: 'vendor:other',
  kind: 'input',
  title: 'Vendor',
  unit: 'share',
  site: '',
  n_reference: 40,
  centre: 0.5,
  weeks: [week('2026-01-05', false), week('2026-01-12', true)],
};

test('weeks that alarm are marked, and no others', () => {
  expect(alarmWeeks(chart)).toEqual(['2026-01-12']);
  const series = driftOption(chart).series as { showAllSymbol?: boolean; data: { symbol?: string }[] }[];
  expect(series[2]!.showAllSymbol).toBe(true);
  expect(series[2]!.data.map((point) => point.symbol)).toEqual([undefined, 'diamond']);
});

test('numbers have their unit', () => {
  expect([spoken(0.123, 'share'), spoken(31.26, 'mm'), spoken(12, ''), spoken(null, 'ml')]).toEqual(['12.3 %', '31.3 mm', '12', '–']);
});

test('what is missing is said', () => {
  const row = { kind: 'output' as const, title: 'EF', n_reference: 9, missing: 1 };
  expect(waitsFor(row)).toBe('1 more case is needed in the reference (9 so far).');
  expect(waitsFor({ ...row, n_reference: 20, missing: 0 })).toContain('no spread');
});
