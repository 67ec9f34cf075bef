import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Point } from './geometry';
import { distanceMm, planeOf, type StackPlanes, toPatient, toPlane, type Vector } from './plane';

const FIXTURES = join(import.meta.dirname, '../../../tests/contract/fixtures/plane');
interface Case {
  name: string;
  meta: StackPlanes;
  points: { slice: number; image: Point; patient: Vector; off_plane: Vector; off_image: Point; distance_mm: number }[];
}
const cases = readdirSync(FIXTURES).map((name) => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as Case);

describe('the plane is the server’s', () => {
  it.each(cases.map((c) => [c.name, c] as const))('%s', (_, { meta, points }) => {
    for (const p of points) {
      const plane = planeOf(meta, p.slice)!;
      toPatient(plane, p.image).forEach((v, i) => expect(v).toBeCloseTo(p.patient[i]!, 8));
      toPlane(plane, p.off_plane).forEach((v, i) => expect(v).toBeCloseTo(p.off_image[i]!, 8));
      expect(distanceMm(plane, p.off_plane)).toBeCloseTo(p.distance_mm, 8);
      // half a pixel is seen
      const shifted = toPlane(plane, toPatient(plane, [p.image[0] + 0.5, p.image[1]]));
      expect(shifted[0] - p.image[0]).toBeCloseTo(0.5, 8);
    }
  });
});
