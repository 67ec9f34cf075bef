import { describe, expect, it } from 'vitest';

import { angleDegrees, crossing, distanceMm, nearestSlice, planeOf, type StackPlanes, toPatient, toPlane, type Vector } from './plane';

const S = Math.SQRT1_2;

/** Oblique, with pixels that are not square. */
const oblique: StackPlanes = {
  n_slices: 3,
  rows: 100,
  columns: 80,
  pixel_spacing_mm: [2, 1.25],
  row_direction: [S, S, 0],
  column_direction: [0, 0, -1],
  slice_positions_mm: [0, 8, 16].map((d): Vector => [10 - d * S, 20 + d * S, 30]),
  frame_of_reference_uid: '1.2',
};

/** Axial, 64 × 64 at 1 mm, one slice whose middle is given. */
const axial = (middle: Vector): StackPlanes => ({
  n_slices: 1,
  rows: 65,
  columns: 65,
  pixel_spacing_mm: [1, 1],
  row_direction: [1, 0, 0],
  column_direction: [0, 1, 0],
  slice_positions_mm: [[middle[0] - 32, middle[1] - 32, middle[2]]],
  frame_of_reference_uid: '1.2',
});

const sagittalAt = (x: number, half: number): StackPlanes => ({
  ...axial([0, 0, 0]),
  row_direction: [0, 1, 0],
  column_direction: [0, 0, -1],
  rows: 2 * half + 1,
  columns: 2 * half + 1,
  slice_positions_mm: [[x, -half, half]],
});

describe('planes in the patient', () => {
  it('moves along the row direction by the second spacing, and back', () => {
    const plane = planeOf(oblique, 0)!;
    const at = toPatient(plane, [8, 5]);
    expect(at[0]).toBeCloseTo(10 + 10 * S, 9);
    expect(at[1]).toBeCloseTo(20 + 10 * S, 9);
    expect(at[2]).toBeCloseTo(30 - 10, 9);
    expect(toPlane(plane, at)[0]).toBeCloseTo(8, 9);
    expect(toPlane(plane, at)[1]).toBeCloseTo(5, 9);
    expect(distanceMm(plane, at)).toBeCloseTo(0, 9);
  });

  it('finds the slice whose plane is nearest', () => {
    expect(nearestSlice(oblique, toPatient(planeOf(oblique, 2)!, [70, 3]))).toBe(2);
    expect(nearestSlice(oblique, [10 - 7 * S, 20 + 7 * S, -400])).toBe(1);
  });

  it('draws the line where one image cuts another', () => {
    const ends = crossing(planeOf(axial([0, 0, 0]), 0)!, planeOf(sagittalAt(5, 100), 0)!)!;
    // x = 5 mm is column 37, from the upper edge of the first row to the lower edge of the last
    expect(ends.map((p) => p[0])).toEqual([37, 37].map((v) => expect.closeTo(v, 9)));
    expect(ends.map((p) => p[1]).sort((a, b) => a - b)).toEqual([-0.5, 64.5].map((v) => expect.closeTo(v, 9)));
  });

  it('keeps the line to what both images show', () => {
    const ends = crossing(planeOf(axial([0, 0, 0]), 0)!, planeOf(sagittalAt(5, 10), 0)!)!;
    expect(ends.map((p) => p[1]).sort((a, b) => a - b)).toEqual([21.5, 42.5].map((v) => expect.closeTo(v, 9)));
    expect(crossing(planeOf(axial([0, 0, 40]), 0)!, planeOf(sagittalAt(5, 10), 0)!)).toBeNull();
    expect(crossing(planeOf(axial([0, 0, 0]), 0)!, planeOf(sagittalAt(90, 10), 0)!)).toBeNull();
  });

  it('has no line between parallel planes, and no angle from the side looked at', () => {
    const [a, b] = [planeOf(oblique, 0)!, planeOf(oblique, 1)!];
    expect(crossing(a, b)).toBeNull();
    expect(angleDegrees(a, { ...b, normal: [-b.normal[0], -b.normal[1], -b.normal[2]] })).toBeCloseTo(0, 5);
  });
});
