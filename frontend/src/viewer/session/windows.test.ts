/** Two windows of one read in one browser: one journal on disk, one sender, one list of steps. */
import 'fake-indexeddb/auto';

import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { signIn } from '../../api/signIn';
import { keyOf } from './contents';
import { closeDatabase, DATABASE, journalOf, unsentOf } from './database';
import type { Operation } from './journal';
import { keepSending, openReads, sendLeftBehind } from './leftBehind';
import { ReadSession } from './session';
import { FakePortal, KEY, LARGER, OTHER, SQUARE } from './testing';

let portal: FakePortal;
const opened: ReadSession[] = [];
const LEFT: Operation = { kind: 'contour', op_id: 'left', base_version: 0, ...KEY, parts: SQUARE };

async function window(user = 'rita'): Promise<ReadSession> {
  const session = new ReadSession('r', user);
  opened.push(session);
  await session.open();
  return session;
}

/** Each window hears the others in the next tasks. */
const heard = async (session: ReadSession, what: (now: ReturnType<ReadSession['get']>) => void) => vi.waitFor(() => what(session.get()), { timeout: 30_000 });

beforeEach(() => {
  portal = new FakePortal();
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  opened.splice(0).forEach((session) => session.close());
  closeDatabase();
  vi.unstubAllGlobals();
});

describe('two windows', () => {
  it('stay in step, and one undoes what the other did', async () => {
    const [a, b] = [await window(), await window()];
    a.contour(KEY, SQUARE);
    await a.settled();
    await heard(b, (now) => expect(now.held.annotations.get(keyOf(KEY))?.version).toBe(1));
    expect(b.get().canUndo).toBe(true);
    b.undo();
    await b.settled();
    expect(portal.at(KEY)).toMatchObject({ version: 2, parts: [] });
    await heard(a, (now) => expect(now.canRedo).toBe(true));
    a.redo();
    await a.settled();
    expect(portal.at(KEY)).toMatchObject({ version: 3, parts: SQUARE });
  });

  it('draw in turn on one contour without a conflict, and send each stroke once', async () => {
    const [a, b] = [await window(), await window()];
    portal.down = 'network';
    a.contour(KEY, SQUARE);
    await heard(b, (now) => expect(now.unsaved).toBe(1));
    b.contour(KEY, LARGER);
    await heard(a, (now) => expect(now.unsaved).toBe(2));
    portal.down = null;
    await Promise.all([a.flush(), b.flush()]);
    await heard(a, (now) => expect(now.saving).toBe('saved'));
    await heard(b, (now) => expect(now.saving).toBe('saved'));
    expect(portal.applied).toHaveLength(2);
    expect(portal.at(KEY)).toMatchObject({ version: 2, parts: LARGER });
    expect((await journalOf('r', 'rita').load()).operations).toEqual([]);
  });

  it('share a conflict, settled in one of them', async () => {
    const [a, b] = [await window(), await window()];
    portal.store(KEY, LARGER);
    a.contour(KEY, SQUARE);
    await a.settled().catch(() => undefined);
    await heard(b, (now) => expect(now.conflicts).toHaveLength(1));
    b.resolve(b.get().conflicts, false);
    await heard(a, (now) => expect(now.saving).toBe('saved'));
  });
});

describe('the journal on disk', () => {
  it('outlives a window that closes in the same moment', async () => {
    const a = await window();
    portal.down = 'network';
    a.contour(KEY, SQUARE);
    a.contour(OTHER, SQUARE);
    a.close();
    portal.down = null;
    const b = await window();
    await b.settled();
    expect(portal.at(KEY)!.version + portal.at(OTHER)!.version).toBe(2);
    expect(b.get().canUndo).toBe(true);
  });

  it('is taken over from version 1, unsent strokes included', async () => {
    const old = await openDB(DATABASE, 1, {
      upgrade: (db) => {
        db.createObjectStore('operations', { autoIncrement: true }).createIndex('read_id', 'read_id');
      },
    });
    await old.add('operations', { read_id: 'r', operation: LEFT });
    old.close();
    const session = await window();
    await session.settled();
    expect(portal.at(KEY)).toMatchObject({ version: 1, parts: SQUARE });
    expect((await journalOf('r', 'rita').load()).operations).toEqual([]);
  });

  it('says so where a window of the version before holds it back, and works on', async () => {
    const old = await openDB(DATABASE, 1, { upgrade: (db) => void db.createObjectStore('operations', { autoIncrement: true }).createIndex('read_id', 'read_id') });
    const session = await window();
    expect(session.get().durable).toBe(false);
    session.contour(KEY, SQUARE);
    await session.settled();
    expect(portal.at(KEY)!.version).toBe(1);
    old.close();
  });

  it('is each person’s own', async () => {
    await journalOf('r', 'rita').write({ add: [LEFT] });
    const ravi = await window('ravi');
    expect(ravi.get().unsaved).toBe(0);
    expect(await unsentOf('ravi')).toEqual([]);
    expect(await unsentOf('rita')).toEqual(['r']);
    await ravi.flush();
    expect(portal.applied).toEqual([]);
  });

  it('is sent for reads that are not opened again', async () => {
    await journalOf('r', 'rita').write({ add: [LEFT] });
    await sendLeftBehind('rita');
    expect(portal.applied).toEqual(['left']);
    expect(await unsentOf('rita')).toEqual([]);
  });
});

describe('what is left', () => {
  const online = new Set<() => void>();
  const MINUTE_MS = 60_000;
  let stop: () => void = () => undefined;
  let asked = 0;

  beforeEach(async () => {
    asked = 0;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    vi.stubGlobal('addEventListener', (_: string, listener: () => void) => online.add(listener));
    vi.stubGlobal('removeEventListener', (_: string, listener: () => void) => online.delete(listener));
    const answer = fetch;
    vi.stubGlobal('fetch', (...request: Parameters<typeof fetch>) => {
      asked += 1;
      return answer(...request);
    });
    await journalOf('r', 'rita').write({ add: [LEFT] });
  });
  afterEach(() => {
    stop();
    expect(online.size).toBe(0);
    openReads.clear();
    vi.useRealTimers();
  });
  const minute = () => vi.advanceTimersByTime(MINUTE_MS);
  /** Nothing is under way any more. */
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 50));
  const sent = () => vi.waitFor(() => expect(portal.applied).toEqual(['left']));

  it.each([
    ['the connection is back', () => online.forEach((listener) => listener())],
    ['the person is signed in again', () => signIn.back()],
    ['a minute has passed', minute],
  ])('is sent when %s', async (_, happens) => {
    portal.down = 'network';
    stop = keepSending('rita');
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0));
    await quiet();
    portal.down = null;
    happens();
    await sent();
    await vi.waitFor(async () => expect(await unsentOf('rita')).toEqual([]));
  });

  it('is left to the read that is open', async () => {
    openReads.add('r');
    stop = keepSending('rita');
    minute();
    await quiet();
    expect(asked).toBe(0);
    openReads.delete('r');
    minute();
    await sent();
  });

  it('is not pressed on a server that refuses it', async () => {
    portal.down = { status: 403, code: 'not_allowed' };
    stop = keepSending('rita');
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0));
    await quiet();
    const before = asked;
    minute();
    minute();
    await quiet();
    expect(asked).toBe(before);
    portal.down = null;
    signIn.back();
    await sent();
  });
});
