import { describe, expect, it } from 'vitest';

import type { Adjudication, Annotation, Decision, ReadingKey, Stack } from '../../api/types';
import type { Parts } from '../../cmr/geometry';
import { Places } from '../../viewer/stack';
import { keysOf } from '../../viewer/actions/registry';
import { TOOLS } from '../../viewer/tools/registry';
import type { Workspace } from '../../viewer/workspace';
import { cellKey, contested, decided, nextOpen } from './cells';
import { besideReader, deskKeys } from './keys';
import { against, disagreement, heat, readingsOf } from '../../viewer/readings/overlay';

const SIZE = 20;
const square = (from: number, to: number): Parts => [[[from, from], [to, from], [to, to], [from, to]]];

/** One row of pixels is 1 mm, slices are 10 mm apart: 100 pixels are a millilitre. */
const stack = {
  id: 's',
  frames: [0, 1].map((slice) => [0, 1, 2].map((phase) => ({ sop_instance_uid: `${slice}.${phase}`, frame_number: 1 }))),
  meta: { n_slices: 2, n_phases: 3, rows: SIZE, columns: SIZE, pixel_spacing_mm: [1, 1], slice_spacing_mm: 10 },
} as unknown as Stack;
const places = new Places(stack);

function contour(slice: number, phase: number, parts: Parts, state = 'accepted'): Annotation {
  return { structure: 'lv_endo', sop_instance_uid: `${slice}.${phase}`, frame_number: 1, parts, version: 1, origin: 'manual', state, model: null } as Annotation;
}

function adjudication(...readings: Annotation[][]): Adjudication {
  const keys = 'abcdefghi'.split('') as ReadingKey[];
  const by = <T,>(value: T) => Object.fromEntries(readings.map((_, n) => [keys[n]!, value]));
  return {
    protocol: { structures: [{ code: 'lv_endo' }] },
    agreement: { ed_phase: by(0), es_phase: by(2) },
    readings: readings.map((annotations, n) => ({ key: keys[n]!, label: keys[n]!, annotations })),
  } as unknown as Adjudication;
}

function regionsOf(found: Adjudication, slice: number, phase: number): number[] {
  return disagreement(readingsOf(found, places), 'lv_endo', slice, phase, SIZE, SIZE).map(({ mask }) => mask.reduce((n, v) => n + v, 0));
}

describe('what readings disagree about', () => {
  it('counts a pixel by how many readings are against the others', () => {
    expect([0, 1, 2, 3, 4].map((n) => against(n, 4))).toEqual([0, 1, 2, 1, 0]);
    // 10 × 10, 12 × 12 and twice 14 × 14 from one corner
    const found = adjudication([contour(0, 0, square(0, 10))], [contour(0, 0, square(0, 12))], [contour(0, 0, square(0, 14))], [contour(0, 0, square(0, 14))]);
    expect(regionsOf(found, 0, 0)).toEqual([44, 52]); // one against three, two against two
  });

  it('a reading that drew nothing in the slice is against, one that drew nothing in the phase has no vote', () => {
    const elsewhere = contour(1, 0, square(0, 10));
    expect(regionsOf(adjudication([contour(0, 0, square(0, 10))], [elsewhere]), 0, 0)).toEqual([100]);
    const otherPhase = contour(1, 2, square(0, 10));
    expect(regionsOf(adjudication([contour(0, 0, square(0, 10))], [otherPhase]), 0, 0)).toEqual([]);
    const unsettled = contour(1, 0, square(0, 10), 'auto');
    expect(regionsOf(adjudication([contour(0, 0, square(0, 10))], [unsettled]), 0, 0)).toEqual([]);
  });

  it('is warmer the more disagree', () => {
    expect(heat(1, 1)).toBe(heat(3, 3));
    expect(new Set([1, 2, 3].map((n) => heat(n, 3))).size).toBe(3);
  });

  it('lists cells at ED and ES by volume, not by difference of areas', () => {
    const moved = square(4, 14); // the same area as the other, shifted
    const found = adjudication(
      [contour(0, 0, square(0, 10)), contour(0, 1, square(0, 4)), contour(1, 2, square(0, 10))],
      [contour(0, 0, moved), contour(0, 1, square(0, 9)), contour(1, 2, square(0, 11))],
    );
    expect(contested(found, readingsOf(found, places), places)).toEqual([
      { structure: 'lv_endo', slice: 0, phase: 0, ml: 1.28 },
      { structure: 'lv_endo', slice: 1, phase: 2, ml: 0.21 },
    ]);
  });
});

describe('what is left to decide', () => {
  const cells = [3, 2, 1].map((ml, slice) => ({ structure: 'lv_endo', slice, phase: 0, ml }));
  const done = (...slices: number[]) => new Map(slices.map((n) => [cellKey(cells[n]!), {} as Decision]));

  it('goes round those that are open, both ways', () => {
    expect(nextOpen(cells, done(), 'elsewhere', 1)).toBe(cells[0]);
    expect(nextOpen(cells, done(), 'elsewhere', -1)).toBe(cells[2]);
    expect(nextOpen(cells, done(), cellKey(cells[2]!), 1)).toBe(cells[0]);
    expect(nextOpen(cells, done(1), cellKey(cells[0]!), 1)).toBe(cells[2]);
  });

  it('goes on from a cell that was just decided, and stops when all are', () => {
    expect(nextOpen(cells, done(0), cellKey(cells[0]!), 1)).toBe(cells[1]);
    expect(nextOpen(cells, done(0, 1, 2), cellKey(cells[0]!), 1)).toBeNull();
  });

  it('finds decisions by place', () => {
    const rows = [{ structure: 'lv_endo', sop_instance_uid: '1.2', frame_number: 1, source: 'a' }] as Decision[];
    expect([...decided(rows, places).keys()]).toEqual(['lv_endo/1/2']);
  });
});

describe('keys of the desk', () => {
  const nothing = () => undefined;
  const does = { overlay: nothing, mine: nothing, blink: nothing, sides: nothing, heat: nothing, step: nothing, undo: nothing };
  const two = [{ key: 'a' }, { key: 'b' }] as const;
  const all = deskKeys(two, { ...does, decide: nothing });
  const readerKeys = (ownKeys = {}) => keysOf({ mayEdit: true, protocol: { structures: [] }, ownKeys } as unknown as Workspace);

  it('decide where readings are compared', () => {
    const decided: unknown[] = [];
    const keys = deskKeys(two, { ...does, decide: (...what) => decided.push(what) });
    for (const key of ['Shift+2', 'Shift+S', '[', 'Shift+}']) keys[key]!();
    expect(decided).toEqual([['b', 'cell'], ['staple', 'cell'], ['a', 'frame'], ['b', 'case']]);
    expect(Object.keys(deskKeys(two, does)).sort()).toEqual(['Shift+T', 'c', 'k', 'm', 'n', 'o', 'p']);
  });

  it('leave a reader’s keys alone where the reference is edited', () => {
    const left = Object.keys(besideReader(all, readerKeys()));
    expect(left.sort()).toEqual(['Shift+1', 'Shift+2', 'k', 'm', 'n', 'o']);
    const tools = TOOLS.flatMap(({ keys = {} }) => Object.keys(keys));
    expect(left.filter((key) => tools.includes(key))).toEqual([]);
    // the person's own keys too
    expect(Object.keys(besideReader(all, readerKeys({ accept: 'k' })))).not.toContain('k');
  });
});
