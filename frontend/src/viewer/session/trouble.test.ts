/** The sign tells the truth in every trouble, and the work outlasts it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { signIn } from '../../api/signIn';
import { wouldBeLost } from '../Leaving';
import { signOf } from '../Saved';
import { ReadSession } from './session';
import { broken, FakePortal, KEY, memory, SQUARE } from './testing';

let portal: FakePortal;
beforeEach(() => {
  portal = new FakePortal();
  vi.stubGlobal('BroadcastChannel', undefined);
});
afterEach(() => vi.unstubAllGlobals());

const TROUBLES = [
  ['network', 'offline', 'offline: 1 kept in this browser'],
  [{ status: 500, code: 'server_error' }, 'failing', 'server trouble: 1 kept in this browser'],
  [{ status: 409, code: 'concurrent_save' }, 'failing', 'server trouble: 1 kept in this browser'],
  [{ status: 401, code: 'not_signed_in' }, 'signed_out', 'signed out: 1 kept in this browser'],
  [{ status: 403, code: 'not_allowed' }, 'refused', 'not saved: 1 kept in this browser'],
  [{ status: 409, code: 'read_closed' }, 'refused', 'not saved: 1 kept in this browser'],
] as const;

describe('the sign', () => {
  it.each(TROUBLES)('in %o', async (down, sign, text) => {
    const journal = memory();
    const session = new ReadSession('r', 'rita', journal);
    await session.open();
    portal.down = down;
    session.contour(KEY, SQUARE);
    await session.flush();
    expect(session.get().saving).toBe(sign);
    expect(signOf(session.get())).toBe(text);
    await expect(session.settled()).rejects.toThrow();
    expect(session.unsent().operations).toHaveLength(1);
    portal.down = null;
    await session.settled();
    expect(session.get().saving).toBe('saved');
    expect(portal.at(KEY)!.version).toBe(1);
    session.close();
  });

  it('says when nothing would outlive this window', async () => {
    const session = new ReadSession('r', 'rita', broken);
    await session.open();
    portal.down = 'network';
    session.contour(KEY, SQUARE);
    await session.flush();
    expect(signOf(session.get())).toBe('offline: 1 kept nowhere else: leave this window open');
    expect(wouldBeLost(session.get())).toBe(true);
    portal.down = null;
    await session.settled();
    expect(wouldBeLost(session.get())).toBe(false);
    expect(portal.at(KEY)!.parts).toEqual(SQUARE);
    session.close();
  });

  it('asks who is signed in when the server refuses', async () => {
    const doubts = vi.fn();
    const forget = signIn.onDoubt(doubts);
    const session = new ReadSession('r', 'rita', memory());
    await session.open();
    portal.down = { status: 401, code: 'not_signed_in' };
    session.contour(KEY, SQUARE);
    await session.flush();
    expect(doubts).toHaveBeenCalled();
    forget();
    session.close();
  });
});
