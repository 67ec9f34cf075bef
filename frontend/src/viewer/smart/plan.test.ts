import { describe, expect, it } from 'vitest';

import type { Annotation, Stack } from '../../api/types';
import type { Parts } from '../../cmr/geometry';
import { cellsOf, keeping } from '../gridCells';
import { onStack } from '../panel/insertion';
import { type Held, heldOf } from '../session/contents';
import { Places } from '../stack';
import { beatOf, frameDrawn, nearestContoured, sourcesOf } from './plan';

const SQUARE: Parts = [[[20, 20], [40, 20], [40, 40], [20, 40]]];
const CODES = ['lv_endo', 'lv_epi'];

/** 3 slices × 4 phases; slice 2 has a hole at phase 3. */
const stack = {
  frames: [0, 1, 2].map((s) => [0, 1, 2, 3].map((p) => (s === 2 && p === 3 ? null : { study_uid: '1', series_uid: '1', sop_instance_uid: `${s}.${p}`, frame_number: 1 }))),
  meta: {
    n_slices: 3,
    n_phases: 4,
    pixel_spacing_mm: [2, 1],
    row_direction: [0, 1, 0],
    column_direction: [0, 0, -1],
    slice_positions_mm: [[0, 10, 50], [-8, 10, 50], [-16, 10, 50]],
  },
} as unknown as Stack;
const places = new Places(stack);

const at = (structure: string, slice: number, phase: number, state: Annotation['state'], origin = 'manual'): Annotation => ({
  structure,
  sop_instance_uid: `${slice}.${phase}`,
  frame_number: 1,
  parts: SQUARE,
  version: 1,
  origin,
  state,
  model: null,
});
const holding = (...annotations: Annotation[]): Held => heldOf({ annotations, answers: [], pins: [], objects: [] });

describe('what propagation starts from', () => {
  it('is what a person settled, structures with the same phases together', () => {
    const held = holding(
      at('lv_endo', 1, 0, 'edited'),
      at('lv_endo', 1, 2, 'accepted', 'ai'),
      at('lv_epi', 1, 0, 'accepted', 'ai'),
      at('lv_endo', 1, 3, 'auto', 'ai'),
    );
    const groups = sourcesOf(held, places, CODES, 1, 3);
    expect(groups.map((group) => group.map((s) => [s.phase, Object.keys(s.drawn)]))).toEqual([
      [[0, ['lv_endo']], [2, ['lv_endo']]],
      [[0, ['lv_epi']]],
    ]);
  });

  it('is the frame shown where nothing is settled, and nothing elsewhere', () => {
    const held = holding(at('lv_endo', 1, 3, 'auto', 'ai'), at('lv_epi', 1, 3, 'auto', 'ai'));
    expect(sourcesOf(held, places, CODES, 1, 3)).toEqual([[{ phase: 3, drawn: { lv_endo: SQUARE, lv_epi: SQUARE } }]]);
    expect(sourcesOf(held, places, CODES, 1, null)).toEqual([]);
    expect(sourcesOf(held, places, CODES, 0, 3)).toEqual([]);
  });

  it('is all that one frame has, for carrying on', () => {
    expect(frameDrawn(holding(at('lv_epi', 0, 0, 'auto', 'ai')), places, CODES, 0, 0)).toEqual({ lv_epi: SQUARE });
  });
});

describe('the frames that are registered', () => {
  const frame = (gain: number, slope = 1) => ({ rows: 64, columns: 64, values: Int16Array.from({ length: 64 * 64 }, (_, i) => gain * (i % 64)), slope, intercept: 0 });

  it('are cut around the contours, a missing one stays missing, rescaling is undone', () => {
    const beat = beatOf([frame(2), null, frame(1, 2)], [{ phase: 0, drawn: { lv_endo: SQUARE } }], [2, 1])!;
    expect(beat.crop).toEqual({ column: 0, row: 9, width: 63, height: 43 });
    expect(beat.pictures[1]).toBeNull();
    expect(beat.pictures[0]!.data).toEqual(beat.pictures[2]!.data);
  });

  it('are none without contours', () => {
    expect(beatOf([frame(1)], [{ phase: 0, drawn: {} }], [1, 1])).toBeNull();
  });
});

describe('the grid', () => {
  const held = [
    at('lv_endo', 0, 0, 'edited'),
    at('lv_endo', 0, 1, 'auto', 'ai'),
    at('lv_epi', 0, 1, 'auto', 'propagated'),
    at('lv_endo', 0, 2, 'auto', 'imported'),
    at('lv_endo', 1, 0, 'auto', 'propagated'),
    at('lv_endo', 1, 1, 'accepted', 'propagated'),
    at('lv_epi', 1, 1, 'auto', 'ai'),
  ];

  it('shows the most urgent of each frame', () => {
    expect(cellsOf(places, held, 0, null)).toEqual([
      ['done', 'propagated', 'imported', 'none'],
      ['todo', 'ai', 'none', 'none'],
      ['none', 'none', 'none', 'hole'],
    ]);
  });

  it('keeps the rows that did not change', () => {
    const before = cellsOf(places, held, 0, null);
    const after = keeping(before, cellsOf(places, held.slice(1), 0, null));
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
  });
});

describe('places', () => {
  it('the contoured slice nearest to the one shown', () => {
    const held = holding(at('lv_endo', 0, 1, 'auto'), at('lv_endo', 1, 1, 'auto'));
    expect(nearestContoured(held, places, 'lv_endo', 2, 1)).toBe(1);
    expect(nearestContoured(held, places, 'lv_endo', 2, 0)).toBe(2);
  });

  it('a point in the patient on its nearest slice', () => {
    // 7 columns of 1 mm along y, 5 rows of 2 mm down along -z, 1 mm off the second slice
    expect(onStack(stack, [-9, 17, 40])).toEqual([1, 7, 5]);
  });
});
