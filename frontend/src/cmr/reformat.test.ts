import { describe, expect, it } from 'vitest';

import type { StackPlanes, Vector } from './plane';
import { type BodyPlane, cutThrough, middleOf, reformat } from './reformat';

const tilt = (20 * Math.PI) / 180;
const [c, s] = [Math.cos(tilt), Math.sin(tilt)];

/** A volume turned 20° about z, with three unlike steps. */
const stack: StackPlanes = {
  n_slices: 12,
  rows: 30,
  columns: 40,
  pixel_spacing_mm: [1.5, 1],
  row_direction: [c, s, 0],
  column_direction: [-s, c, 0],
  slice_positions_mm: Array.from({ length: 12 }, (_, k): Vector => [5, -7, 2 * k]),
  frame_of_reference_uid: '1',
};

const field = ([x, y, z]: Vector): number => 3 * x - 2 * y + 5 * z + 1000;

const slices = stack.slice_positions_mm.map((origin) =>
  Float32Array.from({ length: 30 * 40 }, (_, i) => {
    const [column, row] = [i % 40, Math.floor(i / 40)];
    return field([origin[0] + column * c - row * 1.5 * s, origin[1] + column * s + row * 1.5 * c, origin[2]]);
  }),
);

describe('the body’s planes through a volume', () => {
  it.each(['axial', 'coronal', 'sagittal'] as BodyPlane[])('gives a linear field back exactly: %s', (plane) => {
    const cut = cutThrough(stack, plane, middleOf(stack));
    const values = reformat({ stack, slices }, cut, NaN);
    let inside = 0;
    values.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const [column, row] = [i % cut.columns, Math.floor(i / cut.columns)];
      const at = [0, 1, 2].map((k) => cut.origin[k]! + cut.pixelMm * (column * cut.right[k]! + row * cut.down[k]!));
      expect(Math.abs(value - field(at as unknown as Vector))).toBeLessThan(0.01);
      inside += 1;
    });
    expect(inside).toBeGreaterThan(values.length / 3);
  });

  it('shows the patient’s left on the right, and the head up', () => {
    const axial = cutThrough(stack, 'axial', middleOf(stack));
    const coronal = cutThrough(stack, 'coronal', middleOf(stack));
    expect(axial.right[0]).toBe(1);
    expect(axial.down[1]).toBe(1);
    expect(coronal.down[2]).toBe(-1);
  });
});
