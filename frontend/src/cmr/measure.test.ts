import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { polygonAreaPx } from './area';
import type { Parts } from './geometry';
import { angleDegrees, ellipseAreaMm2, ellipsePoints, lengthMm, polylineLengthMm, roiStatistics } from './measure';
import type { Vector } from './plane';

const FIXTURES = join(import.meta.dirname, '../../../tests/contract/fixtures/measure');
interface Case {
  name: string;
  points: [Vector, Vector, Vector, Vector];
  length_mm: number;
  polyline_length_mm: number;
  angle_degrees: number;
  ellipse_area_mm2: number;
  parts: Parts;
  image: number[][];
  statistics: Record<'n' | 'mean' | 'sd' | 'min' | 'max', number>;
}
const cases = readdirSync(FIXTURES).map((name) => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as Case);

describe('measuring is the server’s', () => {
  it.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    const [a, b, v] = c.points;
    expect(lengthMm(a, b)).toBeCloseTo(c.length_mm, 9);
    expect(polylineLengthMm(c.points)).toBeCloseTo(c.polyline_length_mm, 9);
    expect(angleDegrees(a, b, v)).toBeCloseTo(c.angle_degrees, 9);
    expect(ellipseAreaMm2(c.points)).toBeCloseTo(c.ellipse_area_mm2, 6);
    const flat = c.image.flat();
    const found = roiStatistics(c.parts, c.image.length, c.image[0]!.length, (i) => flat[i]!)!;
    for (const [name, value] of Object.entries(c.statistics)) expect(found[name as 'n']).toBeCloseTo(value, 9);
  });
});

describe('what has no measure', () => {
  it('is said', () => {
    expect(angleDegrees([1, 1, 1], [1, 1, 1], [2, 2, 2])).toBeNull();
    expect(roiStatistics([[[50, 50], [60, 50], [60, 60]]], 20, 20, () => 1)).toBeNull();
  });
});

describe('an ellipse', () => {
  it('is drawn through the ends of its axes and has its area', () => {
    const points = ellipsePoints([[10, 20], [30, 20], [20, 15], [20, 25]], 360);
    expect(points[0]).toEqual([10, 20]);
    expect(polygonAreaPx([points])).toBeCloseTo(Math.PI * 10 * 5, 1);
  });
});
