import { expect, it } from 'vitest';

import { awaitedAfter } from './awaited';

it('a draft that was seen under way is told once when it comes, whoever asked for it', () => {
  const running = awaitedAfter(null, { id: 'a', state: 'running' });
  expect(running).toEqual({ awaited: 'a', ended: false });
  const done = awaitedAfter(running.awaited, { id: 'a', state: 'succeeded' });
  expect(done).toEqual({ awaited: null, ended: true });
  expect(awaitedAfter(done.awaited, { id: 'a', state: 'succeeded' }).ended).toBe(false);
});

it('a draft that was there before is no news', () => {
  expect(awaitedAfter(null, { id: 'a', state: 'succeeded' }).ended).toBe(false);
  expect(awaitedAfter('b', { id: 'a', state: 'succeeded' })).toEqual({ awaited: 'b', ended: false });
  expect(awaitedAfter('b', undefined)).toEqual({ awaited: 'b', ended: false });
});
