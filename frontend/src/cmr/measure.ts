/** Lengths, angles and areas in the patient: the twin of cmrkit.geometry.measure. */
import { polygonAreaPx } from './area';
import type { Parts, Point } from './geometry';
import { along, cross, dot, type Plane, type Vector } from './plane';
import { rasterise } from './raster';

const lengthOf = (v: Vector): number => Math.hypot(...v);

export const lengthMm = (a: Vector, b: Vector): number => lengthOf(along(a, b, -1));

/** Of an open line: the sum of its straight pieces. */
export const polylineLengthMm = (points: readonly Vector[]): number => points.slice(1).reduce((sum, p, i) => sum + lengthMm(points[i]!, p), 0);

/** The angle at `vertex` between the rays to `a` and `b`, 0 to 180 degrees; null where a ray has no length. */
export function angleDegrees(a: Vector, vertex: Vector, b: Vector): number | null {
  const [u, v] = [along(a, vertex, -1), along(b, vertex, -1)];
  if (lengthOf(u) === 0 || lengthOf(v) === 0) return null;
  // the arc tangent keeps its precision near 0 and 180, where the arc cosine loses it
  return (Math.atan2(lengthOf(cross(u, v)), dot(u, v)) * 180) / Math.PI;
}

/** An ellipse by the ends of its two axes (a, a', b, b'): its half axes in mm. */
export const halfAxesMm = ([a, a2, b, b2]: readonly Vector[]): [number, number] => [lengthMm(a!, a2!) / 2, lengthMm(b!, b2!) / 2];

export const ellipseAreaMm2 = (ends: readonly Vector[]): number => {
  const [a, b] = halfAxesMm(ends);
  return Math.PI * a * b;
};

/** Points along an ellipse whose axes end at a, a', b, b': any two conjugate diameters will do. */
export function ellipsePoints([a, a2, b, b2]: readonly Point[], n = 96): Point[] {
  const middle: Point = [(a![0] + a2![0]) / 2, (a![1] + a2![1]) / 2];
  const u: Point = [(a![0] - a2![0]) / 2, (a![1] - a2![1]) / 2];
  const v: Point = [(b![0] - b2![0]) / 2, (b![1] - b2![1]) / 2];
  return Array.from({ length: n }, (_, i) => {
    const [c, s] = [Math.cos((2 * Math.PI * i) / n), Math.sin((2 * Math.PI * i) / n)];
    return [middle[0] + c * u[0] + s * v[0], middle[1] + c * u[1] + s * v[1]];
  });
}

/** Area of polygons in the plane's pixels, in mm². */
export const areaMm2 = (parts: Parts, plane: Pick<Plane, 'rowSpacingMm' | 'columnSpacingMm'>): number =>
  polygonAreaPx(parts) * plane.rowSpacingMm * plane.columnSpacingMm;

export interface RoiStatistics {
  n: number;
  mean: number;
  /** Of the sample (n - 1); 0 for one pixel. */
  sd: number;
  min: number;
  max: number;
}

/** Statistics of the pixels whose centre lies inside; null where there is none. `value` is by index, row-major. */
export function roiStatistics(parts: Parts, rows: number, columns: number, value: (index: number) => number): RoiStatistics | null {
  const mask = rasterise(parts, rows, columns);
  let n = 0;
  let mean = 0;
  let squares = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < mask.length; i += 1) {
    if (!mask[i]) continue;
    const v = value(i);
    n += 1;
    const before = v - mean;
    mean += before / n;
    squares += before * (v - mean);
    min = Math.min(min, v);
    max = Math.max(max, v);
  }
  return n === 0 ? null : { n, mean, sd: n === 1 ? 0 : Math.sqrt(squares / (n - 1)), min, max };
}
