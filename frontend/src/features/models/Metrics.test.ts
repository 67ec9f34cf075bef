import { expect, test } from 'vitest';

import { metricsOf } from './Metrics';

const good = { title: 'Dice', rows: [{ name: 'LV', value: 0.9, low: 0.85, high: 0.95, n: 15 }] };

test('tables of a card are taken as they are', () => {
  expect(metricsOf({ metrics: [good] })).toEqual([good]);
});

test('what has another shape is left to the plain card', () => {
  const odd = [null, 'x', {}, { title: 'No rows' }, { title: 'Odd row', rows: [null] }, { rows: [] }, good];
  expect(metricsOf({ metrics: odd })).toEqual([good]);
  expect(metricsOf({ metrics: { Dice: 0.9 } })).toEqual([]);
  expect(metricsOf({ evaluation: { 'Validation slices': { 'mean Dice': 0.8 } } })).toEqual([]);
});
