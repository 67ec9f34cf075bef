import { expect, test } from 'vitest';

import { type Rules, RULES, rulesOf, typedOf } from './gatePlan';

const rules = { ...Object.fromEntries(RULES.map(({ name }) => [name, 1.5])), by_interval: false } as Rules;

test('the plan holds what the fields show', () => {
  // a field hands out text for these: they could still become 1.05 or 0.001
  const typed = { ...typedOf(rules), ef_points: '1.0', worst_loss: '0.0', edv_ml: '2.', slower_factor: 3 };
  expect(rulesOf(typed, true)).toEqual({ ...rules, ef_points: 1, worst_loss: 0, edv_ml: 2, slower_factor: 3, by_interval: true });
});

test('an empty field is no number', () => {
  expect(rulesOf({ ...typedOf(rules), ef_points: '' }, false).ef_points).toBeNaN();
});
