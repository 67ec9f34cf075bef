import { describe, expect, it } from 'vitest';

import type { MeetingEvent } from '../../realtime/meeting';
import { linesOf, personColor } from './overlays';
import { thinned } from './tools';

const event = (sequence: number, kind: string, by: string, details: object, item = 'i'): MeetingEvent => ({
  sequence,
  kind,
  at: '',
  by: { id: by, name: by },
  item_id: item,
  details: details as Record<string, unknown>,
});
const drawn = (sequence: number, by: string, item = 'i') =>
  event(sequence, 'draw', by, { anchor: { stack_id: 's', slice: 0, phase: 0 }, points: [[0, 0], [1, 1]] }, item);

describe('lines of a meeting', () => {
  it('are those of the item that nobody has wiped', () => {
    const events = [drawn(1, 'ann'), drawn(2, 'bob'), drawn(3, 'ann', 'other'), event(4, 'wipe', 'ann', { of: 'ann' })];
    expect(linesOf(events, 'i').map((line) => line.by)).toEqual(['bob']);
    expect(linesOf(events, 'other')).toHaveLength(1);
  });
  it('are all gone when the chair wipes, and come again', () => {
    const events = [drawn(1, 'ann'), drawn(2, 'bob'), event(3, 'wipe', 'chair', { of: 'all' }), drawn(4, 'bob')];
    expect(linesOf(events, 'i')).toHaveLength(1);
  });
  it('are thinned to what one line may have, ends kept', () => {
    const many = Array.from({ length: 3000 }, (_, i): [number, number] => [i, i]);
    const few = thinned(many);
    expect(few.length).toBeLessThanOrEqual(500);
    expect([few[0], few.at(-1)]).toEqual([[0, 0], [2999, 2999]]);
  });
});

it('gives people colours by their place, whoever asks', () => {
  const people = [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }];
  expect(personColor(people, 'a')).not.toBe(personColor(people, 'b'));
  expect(personColor(people, 'gone')).toBe(personColor(people, 'a'));
});
