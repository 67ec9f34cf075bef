import { describe, expect, it } from 'vitest';

import { polygonAreaPx } from './area';
import { blend } from './blend';
import type { Parts, Point } from './geometry';
import { interpolateSlices } from './interpolate';

const circle = (x: number, y: number, r: number, n = 120): Point[] =>
  Array.from({ length: n }, (_, i) => [x + r * Math.cos((2 * Math.PI * i) / n), y + r * Math.sin((2 * Math.PI * i) / n)]);

const partsOf = (found: ReturnType<typeof blend>): Parts => {
  if ('refused' in found) throw new Error(found.refused);
  return found.parts;
};
/** Largest distance of the outline from a circle. */
const offCircle = (part: Point[], x: number, y: number, r: number) => Math.max(...part.map((p) => Math.abs(Math.hypot(p[0] - x, p[1] - y) - r)));

describe('between slices', () => {
  it('a slanting cone: centres and radii are linear, to 0.1 pixel', () => {
    const found = interpolateSlices(
      new Map([
        [1, [circle(60, 70, 30)]],
        [5, [circle(68, 62, 10)]],
      ]),
      [0, 8, 16, 24, 32, 40],
    );
    expect(found.map((f) => f.slice)).toEqual([2, 3, 4]);
    for (const { slice, result } of found) {
      const t = (slice - 1) / 4;
      expect(offCircle(partsOf(result)[0]!, 60 + 8 * t, 70 - 8 * t, 30 - 20 * t)).toBeLessThan(0.1);
    }
  });

  it('weighs by place, not by count of slices', () => {
    const [found] = interpolateSlices(new Map([[0, [circle(50, 50, 30)]], [2, [circle(50, 50, 20)]]]), [0, 8, 10]);
    expect(offCircle(partsOf(found!.result)[0]!, 50, 50, 22)).toBeLessThan(0.1);
  });

  it('an ellipse on pixels that are not square is a circle in millimetres', () => {
    const flat = (r: number): Parts => [circle(40, 40, r).map(([x, y]): Point => [x, 20 + (y - 40) / 2])];
    const parts = partsOf(blend(flat(20), flat(10), 0.5, 2));
    expect(offCircle(parts[0]!.map(([x, y]): Point => [x, 40 + (y - 20) * 2]), 40, 40, 15)).toBeLessThan(0.1);
  });

  it('keeps a hole, and two parts', () => {
    const ring = (r: number): Parts => [circle(50, 50, r), circle(50, 50, r / 2)];
    expect(polygonAreaPx(partsOf(blend(ring(30), ring(20), 0.5)))).toBeCloseTo(Math.PI * (25 ** 2 - 12.5 ** 2), -1);
    const two = (r: number): Parts => [circle(30, 50, r), circle(80, 50, r - 2)];
    expect(partsOf(blend(two(14), two(10), 0.5))).toHaveLength(2);
  });

  it('refuses with a reason: other parts, shapes that fall apart, nothing', () => {
    expect(blend([circle(30, 30, 9)], [circle(30, 30, 9), circle(80, 30, 9)], 0.5)).toEqual({ refused: 'One contour has 1 part, the other 2 parts.' });
    const far = (x: number): Parts => [circle(50, 50, 12), circle(x, 50, 6)];
    expect(blend(far(80), far(150), 0.5)).toHaveProperty('refused');
    expect(blend([], [circle(30, 30, 9)], 0.5)).toEqual({ refused: 'A contour is missing.' });
  });

  it('makes nothing beyond the outermost contours', () => {
    expect(interpolateSlices(new Map([[2, [circle(50, 50, 9)]]]), [0, 1, 2, 3])).toEqual([]);
    expect(interpolateSlices(new Map([[1, [circle(50, 50, 9)]], [2, [circle(50, 50, 8)]]]), [0, 1, 2, 3])).toEqual([]);
  });
});
