import { afterEach, describe, expect, it, vi } from 'vitest';

import { keyOf } from './contents';
import type { Journal, Operation } from './journal';
import { ReadSession } from './session';

const KEY = { structure: 'lv_endo', sop_instance_uid: '1.2.3', frame_number: 1 };
const SQUARE: [number, number][][] = [[[0, 0], [10, 0], [10, 10], [0, 10]]];
const LARGER: [number, number][][] = [[[0, 0], [12, 0], [12, 12], [0, 12]]];

function memory(start: Operation[] = []): Journal & { kept: Map<number, Operation> } {
  const kept = new Map(start.map((operation, i) => [i + 1, operation]));
  let last = start.length;
  return {
    kept,
    load: async () => [...kept].map(([seq, operation]) => ({ seq, operation })),
    add: async (operation) => {
      last += 1;
      kept.set(last, operation);
      return last;
    },
    remove: async (seqs) => seqs.forEach((seq) => kept.delete(seq)),
  };
}

/** A server of one contour: versions checked as the portal does. */
function server() {
  const state = { version: 0, parts: null as unknown, seen: new Map<string, number>(), down: false, batches: 0 };
  vi.stubGlobal('document', { cookie: '' });
  vi.stubGlobal(
    'fetch',
    vi.fn(async (url: string, init: RequestInit) => {
      if (state.down) throw new TypeError('network');
      if (url.endsWith('/annotations/')) {
        const annotations = state.version ? [{ ...KEY, parts: state.parts, version: state.version, state: 'edited', origin: 'manual', model: null }] : [];
        return new Response(JSON.stringify({ annotations, answers: [], pins: [] }));
      }
      state.batches += 1;
      const { operations } = JSON.parse(String(init.body)) as { operations: (Operation & { parts: unknown })[] };
      const results = operations.map((op) => {
        if (state.seen.has(op.op_id)) return { op_id: op.op_id, outcome: 'duplicate', version: state.seen.get(op.op_id), current: null };
        if (op.base_version !== state.version) {
          return { op_id: op.op_id, outcome: 'conflict', version: state.version, current: { ...KEY, parts: state.parts, version: state.version, state: 'edited' }, message: 'stale' };
        }
        state.version += 1;
        state.parts = op.parts;
        state.seen.set(op.op_id, state.version);
        return { op_id: op.op_id, outcome: 'applied', version: state.version, current: null };
      });
      return new Response(JSON.stringify({ results, measurements: null }));
    }),
  );
  return state;
}

afterEach(() => vi.unstubAllGlobals());

describe('a read session', () => {
  it('says saved only when the server has confirmed', async () => {
    const remote = server();
    const journal = memory();
    const session = new ReadSession('r', journal);
    await session.open();
    session.contour(KEY, SQUARE);
    expect(session.get().saving).toBe('saving');
    await session.settled();
    expect(session.get().saving).toBe('saved');
    expect(remote.version).toBe(1);
    expect(journal.kept.size).toBe(0);
  });

  it('keeps work through a lost connection and sends it once, in order', async () => {
    const remote = server();
    const journal = memory();
    const session = new ReadSession('r', journal);
    await session.open();
    remote.down = true;
    session.contour(KEY, SQUARE);
    session.contour(KEY, LARGER);
    await expect(session.settled()).rejects.toThrow(/can’t be reached/);
    expect(session.get().saving).toBe('offline');
    expect(journal.kept.size).toBe(2);
    remote.down = false;
    await session.settled();
    expect(remote.version).toBe(2);
    expect(remote.parts).toEqual(LARGER);
  });

  it('takes up the journal that a killed tab left behind', async () => {
    const remote = server();
    const left: Operation = { kind: 'contour', op_id: 'a', base_version: 0, ...KEY, parts: SQUARE };
    const journal = memory([left]);
    const session = new ReadSession('r', journal);
    await session.open();
    await session.settled();
    expect(remote.version).toBe(1);
    expect(session.get().held.annotations.size).toBe(1);
  });

  it('shows both versions of a conflict and overwrites nothing by itself', async () => {
    const remote = server();
    const session = new ReadSession('r', memory());
    await session.open();
    session.contour(KEY, SQUARE);
    await session.settled();
    remote.version = 5;
    remote.parts = LARGER;
    session.contour(KEY, SQUARE);
    await expect(session.settled()).rejects.toThrow(/conflicts/);
    expect(remote.parts).toEqual(LARGER);
    const [conflict] = session.get().conflicts;
    session.resolve(conflict!, true);
    await session.settled();
    expect(remote.parts).toEqual(SQUARE);
    expect(remote.version).toBe(6);
  });

  it('computed contours stay untouched till accepted, leave what is settled alone, and are one step to undo', async () => {
    server();
    const session = new ReadSession('r', memory());
    await session.open();
    const other = { ...KEY, frame_number: 2 };
    session.contour(KEY, SQUARE);
    session.propagated([{ key: KEY, parts: LARGER }, { key: other, parts: LARGER }]);
    const at = (key: typeof KEY) => session.get().held.annotations.get(keyOf(key))!;
    expect(at(KEY)).toMatchObject({ parts: SQUARE, state: 'edited', origin: 'manual' });
    expect(at(other)).toMatchObject({ parts: LARGER, state: 'auto', origin: 'propagated' });
    session.undo();
    expect(at(other).parts).toEqual([]);
    session.redo();
    expect(at(other)).toMatchObject({ state: 'auto', origin: 'propagated' });
    session.accept([other]);
    expect(at(other)).toMatchObject({ state: 'accepted', origin: 'propagated' });
  });

  it('undoes by a new operation', async () => {
    const remote = server();
    const session = new ReadSession('r', memory());
    await session.open();
    session.contour(KEY, SQUARE);
    session.contour(KEY, LARGER);
    session.undo();
    await session.settled();
    expect(remote.version).toBe(3);
    expect(remote.parts).toEqual(SQUARE);
    session.redo();
    await session.settled();
    expect(remote.parts).toEqual(LARGER);
  });
});
