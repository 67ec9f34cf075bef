import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Message } from './socket';
import { fakeSockets } from './testing';

let made: ReturnType<typeof fakeSockets>;
let heard: Message[];
let connect: () => () => void;

beforeEach(async () => {
  vi.resetModules(); // one socket per tab, and a tab of its own for each test
  const socket = await import('./socket');
  connect = socket.connect;
  vi.useFakeTimers();
  made = fakeSockets();
  heard = [];
  socket.listen((message) => heard.push(message));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('tells when it comes back that something may have been missed', () => {
  const leave = connect();
  made[0]!.opens();
  made[0]!.hears({ type: 'draft', read_id: 'r' });
  expect(heard).toEqual([{ type: 'draft', read_id: 'r' }]);
  made[0]!.closes(1006);
  vi.runAllTimers();
  made[1]!.opens();
  expect(heard.slice(1)).toEqual([{ type: 'back' }]);
  leave();
  made[1]!.closes(1000);
});

it('one that was given up doesn’t close the next one', () => {
  const leave = connect();
  made[0]!.opens();
  leave();
  const again = connect();
  made[0]!.closes(1000); // says so late
  made[1]!.opens();
  vi.runAllTimers();
  expect(made).toHaveLength(2);
  expect(heard).toEqual([{ type: 'back' }]);
  again();
});
