import { expect, it, vi } from 'vitest';

import type { Workspace } from '../workspace';
import { PINS } from './pins';
import { keysOf } from './registry';

/** Slice 2 and phase 3 of the stack that is read, or of one beside it. */
function pressed(pinned: boolean): unknown[][] {
  const pin = vi.fn();
  const editor = { cine: { slice: 2, phase: 3 }, pinned };
  const work = { mayEdit: true, protocol: { structures: [] }, ownKeys: {}, editor, session: { pin }, now: { held: { pins: new Map() } } } as unknown as Workspace;
  for (const { key } of PINS) keysOf(work)[key]!();
  return pin.mock.calls;
}

it('keys choose phases and slices of the stack that is read alone', () => {
  expect(pressed(true)).toEqual([['ed_phase', 3], ['es_phase', 3], ['basal_slice', 2], ['apical_slice', 2]]);
  expect(pressed(false)).toEqual([]);
});
