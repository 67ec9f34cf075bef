import { expect, it } from 'vitest';

import { roundNumbers, stripAxes } from './axes';

it('ticks are round numbers within the axis', () => {
  expect(roundNumbers(0, 43, 5)).toEqual([0, 10, 20, 30, 40]);
  expect(roundNumbers(15, 1010, 5)).toEqual([200, 400, 600, 800, 1000]);
  expect(roundNumbers(0, 3, 20)).toEqual([0, 1, 2, 3]);
});

it('phases lie where they were taken; without times, evenly', () => {
  const timing = { n_phases: 3, trigger_times_ms: [[10, 30, 70]], rr_interval_ms: null };
  const known = stripAxes(timing, 0, 40, 400, 120);
  expect(known.edges).toEqual([0, 20 / 90, 50 / 90, 1]);
  expect(known.centres).toEqual([10 / 90, 30 / 90, 70 / 90]);
  expect(known.across[0]!.text).toBe('0 ms');
  expect(known.down.at(-1)!.at).toBeCloseTo(1, 9);
  const unknown = stripAxes({ ...timing, trigger_times_ms: [[10, null, 70]] }, 0, 40, 400, 120);
  expect(unknown.known).toBe(false);
  unknown.centres.forEach((at, p) => expect(at).toBeCloseTo((p + 0.5) / 3, 12));
});
