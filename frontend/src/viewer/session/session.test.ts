import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { keyOf } from './contents';
import type { Operation } from './journal';
import { ReadSession } from './session';
import { DRAFT, FakePortal, KEY, LARGER, memory, OTHER, SQUARE, THIRD } from './testing';

let portal: FakePortal;
const opened: ReadSession[] = [];

async function open(journal = memory()): Promise<ReadSession> {
  const session = new ReadSession('r', 'rita', journal);
  opened.push(session);
  await session.open();
  return session;
}
const shown = (session: ReadSession, key = KEY) => session.get().held.annotations.get(keyOf(key));

beforeEach(() => {
  portal = new FakePortal();
  vi.stubGlobal('BroadcastChannel', undefined);
});
afterEach(() => {
  opened.splice(0).forEach((session) => session.close());
  vi.unstubAllGlobals();
});

describe('saving', () => {
  it('says saved only when the server has confirmed', async () => {
    const journal = memory();
    const session = await open(journal);
    session.contour(KEY, SQUARE);
    expect(session.get().saving).toBe('saving');
    await session.settled();
    expect(session.get().saving).toBe('saved');
    expect(portal.at(KEY)!.version).toBe(1);
    expect(journal.kept.operations).toEqual([]);
  });

  it('keeps work through a lost connection and sends it once, in order', async () => {
    const journal = memory();
    const session = await open(journal);
    portal.down = 'network';
    session.contour(KEY, SQUARE);
    session.contour(KEY, LARGER);
    await expect(session.settled()).rejects.toThrow(/can’t be reached/);
    expect(session.get().saving).toBe('offline');
    expect(journal.kept.operations).toHaveLength(2);
    portal.down = null;
    await session.settled();
    expect(portal.at(KEY)).toMatchObject({ version: 2, parts: LARGER });
  });

  it('sends what is owed once more when the window turns to something else', async () => {
    const session = await open();
    portal.down = 'network';
    session.contour(KEY, SQUARE);
    await session.flush();
    portal.down = null;
    session.close();
    await vi.waitFor(() => expect(portal.at(KEY)?.parts).toEqual(SQUARE));
  });

  it('takes up the journal that a killed tab left behind', async () => {
    const left: Operation = { kind: 'contour', op_id: 'a', base_version: 0, ...KEY, parts: SQUARE };
    const session = await open(memory([left]));
    await session.settled();
    expect(portal.at(KEY)!.version).toBe(1);
    expect(session.get().held.annotations.size).toBe(1);
  });

  it('sends what is drawn while a batch is on its way', async () => {
    const session = await open();
    session.contour(KEY, SQUARE);
    session.contour(OTHER, SQUARE);
    session.contour(KEY, LARGER);
    await session.settled();
    expect(session.get().unsaved).toBe(0);
    expect(portal.at(KEY)).toMatchObject({ version: 2, parts: LARGER });
    expect(portal.at(OTHER)!.version).toBe(1);
  });

  it('keeps a stroke that is confirmed while older contents are on their way', async () => {
    const session = await open();
    session.contour(KEY, SQUARE);
    await session.settled();
    const [before] = [...portal.contours.values()];
    session.contour(KEY, LARGER);
    await session.settled();
    portal.contours.set(keyOf(KEY), before!);
    await session.reload();
    expect(shown(session)!.parts).toEqual(LARGER);
  });
});

describe('contents from an answer of the server', () => {
  it('replace what is shown, and end what can be undone', async () => {
    const session = await open();
    session.contour(KEY, SQUARE);
    await session.settled();
    session.replace({ annotations: [{ ...shown(session)!, parts: LARGER, version: 2 }], answers: [], pins: [], objects: [] });
    expect(shown(session)!.parts).toEqual(LARGER);
    expect(session.get().canUndo).toBe(false);
  });

  it('keep an answer and a contour that were confirmed while they were on their way', async () => {
    const session = await open();
    const early = { annotations: [...portal.contours.values()], answers: [], pins: [], objects: [] };
    session.answer('quality', 'good');
    session.contour(KEY, SQUARE);
    await session.settled();
    session.replace(early);
    expect(session.get().held.answers.get('quality')?.value).toBe('good');
    expect(shown(session)!.parts).toEqual(SQUARE);
  });
});

describe('conflicts', () => {
  it('shows both versions and overwrites nothing by itself', async () => {
    const session = await open();
    session.contour(KEY, SQUARE);
    await session.settled();
    portal.store(KEY, LARGER);
    session.contour(KEY, DRAFT);
    await expect(session.settled()).rejects.toThrow(/conflicts/);
    expect(session.get().saving).toBe('conflict');
    expect(portal.at(KEY)!.parts).toEqual(LARGER);
    expect(shown(session)!.parts).toEqual(LARGER);
    session.resolve(session.get().conflicts, true);
    await session.settled();
    expect(portal.at(KEY)).toMatchObject({ parts: DRAFT, version: 3 });
    session.undo();
    await session.settled();
    expect(portal.at(KEY)!.parts).toEqual(LARGER);
  });

  it('two strokes made offline never slip past one made elsewhere', async () => {
    const session = await open();
    portal.down = 'network';
    session.contour(KEY, SQUARE);
    session.contour(KEY, DRAFT);
    await session.flush();
    portal.down = null;
    portal.store(KEY, LARGER);
    await expect(session.settled()).rejects.toThrow(/conflicts/);
    expect(portal.at(KEY)).toMatchObject({ parts: LARGER, version: 1 });
    expect(session.get().conflicts).toHaveLength(1);
    expect(session.get().conflicts[0]!.mine).toMatchObject({ parts: DRAFT });
  });

  it('what the server can’t read holds nothing else back', async () => {
    portal.unreadable = (operation) => (operation.kind === 'contour' && (operation.parts?.length ?? 0) > 2 ? 'At most 2 parts.' : null);
    const journal = memory();
    const session = await open(journal);
    portal.down = 'network';
    session.contour(OTHER, SQUARE);
    session.contour(KEY, [SQUARE[0]!, SQUARE[0]!, SQUARE[0]!]);
    session.contour(KEY, LARGER);
    session.contour(THIRD, SQUARE);
    await session.flush();
    portal.down = null;
    await expect(session.settled()).rejects.toThrow(/conflicts/);
    expect(session.get()).toMatchObject({ saving: 'conflict', unsaved: 0, conflicts: [{ message: 'At most 2 parts.', mine: { parts: LARGER }, theirs: null }] });
    for (const key of [OTHER, THIRD]) expect(portal.at(key)!.parts).toEqual(SQUARE);
    expect(portal.at(KEY)).toBeUndefined();
    session.resolve(session.get().conflicts, true);
    await session.settled();
    expect(portal.at(KEY)).toMatchObject({ version: 1, parts: LARGER });
    expect(journal.kept.operations).toEqual([]);
  });

  it('a conflict outlives the window, and the version that was not taken is gone only when chosen', async () => {
    const journal = memory();
    const session = await open(journal);
    portal.store(KEY, LARGER);
    session.contour(KEY, SQUARE);
    await session.settled().catch(() => undefined);
    const again = await open(journal);
    expect(again.get().saving).toBe('conflict');
    again.resolve(again.get().conflicts, false);
    await again.settled();
    expect(portal.at(KEY)!.parts).toEqual(LARGER);
    expect(journal.kept.conflicts).toEqual([]);
  });
});

describe('undo', () => {
  it('is a new operation, and so is redo', async () => {
    const session = await open();
    session.contour(KEY, SQUARE);
    session.contour(KEY, LARGER);
    session.undo();
    await session.settled();
    expect(portal.at(KEY)).toMatchObject({ version: 3, parts: SQUARE });
    session.redo();
    await session.settled();
    expect(portal.at(KEY)!.parts).toEqual(LARGER);
  });

  it('goes back 150 steps after a crash', async () => {
    const journal = memory();
    const session = await open(journal);
    for (let i = 0; i < 150; i += 1) session.contour(KEY, [[[i, 0], [i + 10, 0], [i, 10]]]);
    const again = await open(journal);
    for (let i = 0; i < 149; i += 1) again.undo();
    await again.settled();
    expect(portal.at(KEY)!.parts).toEqual([[[0, 0], [10, 0], [0, 10]]]);
    again.undo();
    expect(again.get().canUndo).toBe(false);
    for (let i = 0; i < 150; i += 1) again.redo();
    await again.settled();
    expect(portal.at(KEY)!.parts).toEqual([[[149, 0], [159, 0], [149, 10]]]);
  });

  it('keeps the newest 200 steps', async () => {
    const journal = memory();
    const session = await open(journal);
    for (let i = 0; i < 230; i += 1) session.contour(KEY, [[[i, 0], [i + 10, 0], [i, 10]]]);
    expect(journal.kept.steps).toHaveLength(200);
  });

  it('takes accepting back, of many in one step', async () => {
    const draft = { state: 'auto', origin: 'ai', model: 'm 1' } as const;
    portal.store(KEY, DRAFT, draft);
    portal.store(OTHER, DRAFT, draft);
    const session = await open();
    session.accept([KEY, OTHER]);
    await session.settled();
    expect(portal.at(OTHER)!.state).toBe('accepted');
    session.undo();
    await session.settled();
    for (const key of [KEY, OTHER]) expect(shown(session, key)).toMatchObject(draft);
    expect(portal.at(OTHER)!.state).toBe('auto');
    session.redo();
    await session.settled();
    expect(portal.at(OTHER)!.state).toBe('accepted');
  });

  it.each(['auto', 'accepted'] as const)('an edited draft is %s again, not settled by undoing', async (state) => {
    const draft = { state, origin: 'ai', model: 'm 1' };
    portal.store(KEY, DRAFT, draft);
    const session = await open();
    session.contour(KEY, null);
    session.undo();
    await session.settled();
    expect(shown(session)).toMatchObject({ ...draft, parts: DRAFT });
    expect(portal.at(KEY)).toMatchObject({ state, parts: DRAFT });
  });

  it('asks where something was changed elsewhere after the step, and takes the rest back', async () => {
    const draft = { state: 'auto', origin: 'ai', model: null } as const;
    portal.store(KEY, DRAFT, draft);
    portal.store(OTHER, DRAFT, draft);
    const session = await open();
    session.accept([KEY, OTHER]);
    await session.settled();
    portal.store(KEY, LARGER);
    await session.reload();
    session.undo();
    await session.settled().catch(() => undefined);
    expect(portal.at(KEY)).toMatchObject({ parts: LARGER, state: 'edited' });
    expect(portal.at(OTHER)!.state).toBe('auto');
    expect(session.get().conflicts).toHaveLength(1);
  });

  it('is a conflict where this window had not heard of the change', async () => {
    const session = await open();
    session.contour(KEY, SQUARE);
    await session.settled();
    portal.store(KEY, LARGER);
    session.undo();
    await expect(session.settled()).rejects.toThrow(/conflicts/);
    expect(portal.at(KEY)!.parts).toEqual(LARGER);
  });

  it('computed contours stay untouched till accepted, leave what is settled alone, and are one step', async () => {
    const session = await open();
    session.contour(KEY, SQUARE);
    session.computed([{ key: KEY, parts: LARGER }, { key: OTHER, parts: LARGER }]);
    expect(shown(session)).toMatchObject({ parts: SQUARE, state: 'edited', origin: 'manual' });
    expect(shown(session, OTHER)).toMatchObject({ parts: LARGER, state: 'auto', origin: 'propagated' });
    session.undo();
    expect(shown(session, OTHER)!.parts).toEqual([]);
    session.redo();
    expect(shown(session, OTHER)).toMatchObject({ state: 'auto', origin: 'propagated' });
    session.accept([OTHER]);
    expect(shown(session, OTHER)).toMatchObject({ state: 'accepted', origin: 'propagated' });
    session.computed([{ key: KEY, parts: SQUARE }, { key: THIRD, parts: SQUARE }], { made_by: 'note', model: 'net 1' });
    expect(shown(session)).toMatchObject({ origin: 'manual', model: null });
    expect(shown(session, THIRD)).toMatchObject({ state: 'auto', origin: 'ai', model: 'net 1' });
  });
});
