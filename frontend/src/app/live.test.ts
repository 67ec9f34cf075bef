import { expect, test } from 'vitest';

import { fresh } from './live';

test('no message fetches a protocol again that may be full of changes', () => {
  expect(fresh('read')({ queryKey: ['protocol', 'demo', 'id', null] })).toBe(false);
  expect(fresh('stack')({ queryKey: ['protocol', 'demo', 'id', null] })).toBe(false);
  expect(fresh('read')({ queryKey: ['protocols', 'demo'] })).toBe(true);
  expect(['read', 'stack'].map((name) => fresh('read')({ queryKey: [name, 'id'] }))).toEqual([false, true]);
});
