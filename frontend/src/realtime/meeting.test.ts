import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { type MeetingEvent, MeetingSocket } from './meeting';
import { fakeSockets } from './testing';

const event = (sequence: number): MeetingEvent => ({ sequence, kind: 'chat', at: '', by: { id: 'a', name: 'Ada' }, item_id: null, details: {} });

function room() {
  const made = fakeSockets();
  const heard: number[] = [];
  const connected: boolean[] = [];
  const onRefused = vi.fn();
  const socket = new MeetingSocket('m', {
    onEvent: ({ sequence }) => heard.push(sequence),
    onLive: () => undefined,
    onConnected: (on) => connected.push(on),
    onRefused,
  });
  return { made, heard, connected, onRefused, socket };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('a room that was left because nobody was signed in comes back with them, from where it was', () => {
  const { made, heard, connected, onRefused, socket } = room();
  made[0]!.opens();
  made[0]!.hears({ type: 'ready' });
  made[0]!.hears({ type: 'event', event: event(7) });
  made[0]!.closes(4401);
  vi.runAllTimers();
  expect(onRefused).toHaveBeenCalledOnce();
  expect(made).toHaveLength(1); // not by itself
  socket.reopen();
  made[1]!.opens();
  expect(made[1]!.sent).toEqual([{ type: 'hello', since: 7 }]);
  made[1]!.hears({ type: 'ready' });
  made[1]!.hears({ type: 'event', event: event(8) });
  expect(heard).toEqual([7, 8]);
  expect(connected).toEqual([true, false, true]);
});

it('opens one socket alone, whether it waits to come back or is open', () => {
  const { made, socket } = room();
  socket.reopen();
  expect(made).toHaveLength(1);
  made[0]!.opens();
  made[0]!.closes(1006);
  socket.reopen();
  vi.runAllTimers();
  expect(made).toHaveLength(2);
});

it('a room that was left for good stays closed', () => {
  const { made, socket } = room();
  made[0]!.closes(1006);
  socket.close();
  socket.reopen();
  vi.runAllTimers();
  expect(made).toHaveLength(1);
});
