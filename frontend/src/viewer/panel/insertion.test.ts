import { describe, expect, it } from 'vitest';

import type { WorldObject } from '../../api/types';
import { NOTHING_HELD } from '../session/contents';
import type { OpenStack } from '../stack';
import { insertionOf } from './insertion';

const open = {
  stack: {
    meta: {
      n_slices: 3,
      rows: 64,
      columns: 64,
      pixel_spacing_mm: [2, 1],
      row_direction: [1, 0, 0],
      column_direction: [0, 1, 0],
      slice_positions_mm: [[0, 0, 0], [0, 0, 8], [0, 0, 16]],
      frame_of_reference_uid: '1.2.3',
    },
  },
} as unknown as OpenStack;

const mark = (x: number, more: Partial<WorldObject> = {}): WorldObject => ({
  type: 'landmark',
  code: 'rv_insertion_anterior',
  label: '',
  points_lps_mm: [[x, 20, 8]],
  frame_of_reference_uid: '1.2.3',
  stack_id: 's',
  sop_instance_uid: '1',
  frame_number: 1,
  ...more,
});
const held = (...objects: (WorldObject | null)[]) => ({
  ...NOTHING_HELD,
  objects: new Map(objects.map((object, i) => [String(i), { object_id: String(i), version: 1, object }])),
});

describe('the insertion point that orients the wall', () => {
  it('is the reader’s before one that a model proposes', () => {
    const proposed = mark(5, { proposed_by: 'm 1' });
    expect(insertionOf(held(proposed, mark(9)), open)).toEqual({ at: [1, 9, 10], proposed: false });
    expect(insertionOf(held(mark(9), proposed), open)).toEqual({ at: [1, 9, 10], proposed: false });
    expect(insertionOf(held(proposed, null), open)).toEqual({ at: [1, 5, 10], proposed: true });
  });

  it('is none of another landmark, nor of another patient frame', () => {
    expect(insertionOf(held(mark(5, { code: 'apex' }), mark(5, { frame_of_reference_uid: '9' }), null), open)).toBeNull();
  });
});
