import { expect, test } from 'vitest';

import { interval, labelOf, type ShadowState, waiting } from './shadow';

const state = (n: number): ShadowState => ({
  is_open: true,
  started_at: null,
  n_drafted: 9,
  n_failed: 0,
  least: 5,
  beside_champion: { n, rows: [] },
  beside_reference: { n: 0, rows: [] },
  may_start: true,
});

test('it says how many cases are missing, and is quiet once none is', () => {
  expect(waiting(state(2))).toBe('2 of at least 5 cases count so far: those whose reads are all in.');
  expect(waiting(state(5))).toBe('');
});

test('an interval without an end is none', () => {
  expect(interval({ low: -1.5, high: 2 })).toBe('-1.500 to 2.000');
  expect(interval({ low: null, high: 2 })).toBe('not enough data');
});

test('rows have names that people use', () => {
  expect(labelOf({ name: 'lv_endo', kind: 'dice' })).toBe('Dice, LV endocardium');
  expect(labelOf({ name: 'ef_percent', kind: 'error' })).toBe('Absolute error, EF, points');
  expect(labelOf({ name: 'new', kind: 'difference' })).toBe('Difference, new');
});
