import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Point } from './geometry';
import { angleBetween, middleOf, minus, nearestSlice, type PlaneGeometry, referenceLine, toPatient, toPlane, type Vec3 } from './plane';

const FIXTURES = join(import.meta.dirname, '../../../tests/contract/fixtures/plane');
interface Case {
  name: string;
  meta: PlaneGeometry;
  points: { slice: number; image: Point; patient: Vec3; off_plane: Vec3; off_image: Point; distance_mm: number }[];
}
const cases = readdirSync(FIXTURES).map((name) => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as Case);

describe('the plane is the server’s', () => {
  it.each(cases.map((c) => [c.name, c] as const))('%s', (_, { meta, points }) => {
    for (const p of points) {
      toPatient(meta, p.slice, p.image).forEach((v, i) => expect(v).toBeCloseTo(p.patient[i]!, 8));
      const found = toPlane(meta, p.slice, p.off_plane);
      found.point.forEach((v, i) => expect(v).toBeCloseTo(p.off_image[i]!, 8));
      expect(found.distanceMm).toBeCloseTo(p.distance_mm, 8);
      const back = toPlane(meta, p.slice, toPatient(meta, p.slice, p.image));
      expect(back.distanceMm).toBeCloseTo(0, 8);
      // half a pixel is seen
      expect(Math.abs(toPlane(meta, p.slice, toPatient(meta, p.slice, [p.image[0] + 0.5, p.image[1]])).point[0] - p.image[0])).toBeCloseTo(0.5, 8);
    }
  });
});

const axial = (z: number): PlaneGeometry => ({
  rows: 100,
  columns: 120,
  pixel_spacing_mm: [2, 1],
  row_direction: [1, 0, 0],
  column_direction: [0, 1, 0],
  slice_positions_mm: [0, 1, 2].map((k): Vec3 => [-60, -100, z + 10 * k]),
});
/** Looks along y: columns are x, rows go down z. */
const coronal = (y: number): PlaneGeometry => ({
  rows: 50,
  columns: 60,
  pixel_spacing_mm: [1, 1],
  row_direction: [1, 0, 0],
  column_direction: [0, 0, -1],
  slice_positions_mm: [[-30, y, 40]],
});

describe('stacks beside one another', () => {
  it('finds the nearest slice', () => {
    expect(nearestSlice(axial(0), [3, 4, 11])).toEqual({ slice: 1, distanceMm: 1 });
    expect(nearestSlice(axial(0), middleOf(axial(7), 1))).toEqual({ slice: 2, distanceMm: 3 });
  });

  it('knows parallel from perpendicular', () => {
    expect(angleBetween(axial(0), axial(5))).toBeCloseTo(0);
    expect(angleBetween(axial(0), coronal(0))).toBeCloseTo(90);
  });

  it('draws where the other plane cuts, no longer than both images', () => {
    // axial slice 1 lies at z = 10: row 30 of the coronal image; both have all its columns
    const line = referenceLine(coronal(0), 0, axial(0), 1)!;
    for (const point of line) expect(point[1]).toBeCloseTo(30);
    expect(line.map((p) => p[0]).sort((a, b) => a - b)).toEqual([-0.5, 59.5]);
    // the other way round: y = 0 is row 50, and the coronal image ends at x = -30.5 and 29.5
    const back = referenceLine(axial(0), 1, coronal(0), 0)!;
    for (const point of back) expect(point[1]).toBeCloseTo(50);
    expect(back.map((p) => p[0]).sort((a, b) => a - b)).toEqual([29.5, 89.5]);
  });

  it('draws nothing where planes are parallel or miss the image', () => {
    expect(referenceLine(axial(0), 0, axial(3), 0)).toBeNull();
    expect(referenceLine(coronal(0), 0, axial(500), 0)).toBeNull();
    expect(referenceLine(axial(0), 0, coronal(500), 0)).toBeNull();
  });

  it('lies in both planes, askew', () => {
    const a = cases[0]!.meta;
    const other = cases[1]!.meta;
    // moved so that the middles of both images are one place
    const shift = minus(middleOf(a, 1), middleOf(other, 2));
    const b = { ...other, slice_positions_mm: other.slice_positions_mm.map((p): Vec3 => [p[0] + shift[0], p[1] + shift[1], p[2] + shift[2]]) };
    const line = referenceLine(a, 1, b, 2)!;
    for (const point of line) {
      expect(toPlane(b, 2, toPatient(a, 1, point)).distanceMm).toBeCloseTo(0, 6);
      expect(point[0]).toBeGreaterThanOrEqual(-0.5001);
      expect(point[0]).toBeLessThanOrEqual(191.5001);
    }
  });
});
