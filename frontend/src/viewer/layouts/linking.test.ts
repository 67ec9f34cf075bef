import { describe, expect, it } from 'vitest';

import type { StackPlanes, Vector } from '../../cmr/plane';
import { areParallel, followed, referenceLine, sliceShown } from './linking';

const turned = (degrees: number, n: number, stepMm: number, frame = '1'): StackPlanes => {
  const a = (degrees * Math.PI) / 180;
  return {
    n_slices: n,
    rows: 101,
    columns: 101,
    pixel_spacing_mm: [1, 1],
    row_direction: [Math.cos(a), 0, -Math.sin(a)],
    column_direction: [0, 1, 0],
    slice_positions_mm: Array.from({ length: n }, (_, k): Vector => {
      const d = (k - (n - 1) / 2) * stepMm;
      return [-50 * Math.cos(a) + d * Math.sin(a), -50, 50 * Math.sin(a) + d * Math.cos(a)];
    }),
    frame_of_reference_uid: frame,
  };
};

const cine = { id: 'cine', planes: turned(0, 11, 8) };
const lge = { id: 'lge', planes: turned(10, 5, 16) };

describe('panes that scroll together', () => {
  it('are those within 15 degrees, in one frame of reference', () => {
    expect(areParallel(cine.planes, turned(14, 1, 1))).toBe(true);
    expect(areParallel(cine.planes, turned(16, 1, 1))).toBe(false);
    expect(areParallel(cine.planes, turned(0, 3, 8, '2'))).toBe(false);
  });

  it('show the nearest plane, not the slice of the same number', () => {
    expect([0, 3, 5, 10].map((s) => followed(cine.planes, s, lge.planes))).toEqual([0, 1, 2, 4]);
    expect(sliceShown(lge, { ...cine, slice: 10 }, null, {})).toBe(4);
  });

  it('can be scrolled slice by slice, although the read has several slices to one of theirs', () => {
    const read = { ...cine, slice: followed(lge.planes, 3, cine.planes) };
    const lead = { stackId: 'lge', slice: 3, readSlice: read.slice, planes: lge.planes };
    expect(sliceShown(lge, read, lead, {})).toBe(3);
    // once the read moves on, it leads again
    expect(sliceShown(lge, { ...cine, slice: 0 }, lead, {})).toBe(0);
  });

  it('keep a slice of their own where they lie across', () => {
    const across = { id: 'two', planes: turned(90, 3, 10) };
    expect(sliceShown(across, { ...cine, slice: 0 }, null, {})).toBe(1);
    expect(sliceShown(across, { ...cine, slice: 0 }, null, { two: 2 })).toBe(2);
  });

  it('get lines only where they lie across', () => {
    expect(referenceLine(cine.planes, 5, lge.planes, 2)).toBeNull();
    const ends = referenceLine(cine.planes, 5, turned(90, 1, 1), 0)!;
    expect(ends.map((p) => p[0])).toEqual([50, 50].map((v) => expect.closeTo(v, 6)));
  });
});
