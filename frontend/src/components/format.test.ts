import { afterAll, beforeAll, expect, test } from 'vitest';

import { day } from './format';

const zone = process.env.TZ;
beforeAll(() => {
  process.env.TZ = 'America/New_York';
});
afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test('a date alone is the same day everywhere; a moment is the day it was here', () => {
  expect(day('2026-03-02')).toBe('2 Mar 2026');
  expect(day('2026-03-02T01:00:00Z')).toBe('1 Mar 2026');
});
