import { expect, test } from 'vitest';

import { newestOf } from './newestOf';

test('choices that come quickly are saved in order, the newest last', async () => {
  const saved: string[][] = [];
  const ends: (() => void)[] = [];
  const send = newestOf(async (roles: string[]) => {
    await new Promise<void>((end) => ends.push(end));
    saved.push(roles);
  });
  const all = [send(['reader']), send(['reader', 'quality']), send(['reader', 'quality', 'owner'])];
  let settled = false;
  void all[0]!.then(() => (settled = true));
  expect(ends.length).toBe(1);
  ends[0]!();
  await new Promise((next) => setTimeout(next));
  expect([ends.length, settled]).toEqual([2, false]);
  ends[1]!();
  await Promise.all(all);
  expect(saved).toEqual([['reader'], ['reader', 'quality', 'owner']]);
});

test('after a refusal the next choice is sent all the same', async () => {
  const saved: number[] = [];
  const send = newestOf(async (value: number) => {
    if (value === 1) throw new Error('refused');
    saved.push(value);
  });
  await expect(send(1)).rejects.toThrow('refused');
  await send(2);
  expect(saved).toEqual([2]);
});
