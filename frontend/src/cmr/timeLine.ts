/** A line through time (M-mode): the pixels under one line of the image, phase by phase. */
import type { Point } from './geometry';

/** Row-major values, as a frame has them. */
export interface Picture {
  rows: number;
  columns: number;
  values: ArrayLike<number>;
}

/** Row height and column width in mm. */
type SpacingMm = readonly [row: number, column: number];

/** Length in the patient of a line between two image points (column, row). */
export const lineLengthMm = ([a, b]: readonly [Point, Point], [rowMm, columnMm]: SpacingMm): number =>
  Math.hypot((b[0] - a[0]) * columnMm, (b[1] - a[1]) * rowMm);

/** `n` points from end to end, ends included. Even steps in pixels are even steps in mm: the line is straight. */
export function lineSamples([a, b]: readonly [Point, Point], n: number): Point[] {
  return Array.from({ length: n }, (_, i) => {
    const t = n === 1 ? 0 : i / (n - 1);
    return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
  });
}

/**
 * The value between four pixel centres, weighted by how near each is (bilinear). Within half a pixel
 * of the rim the nearest centres count; NaN outside of the image.
 */
export function bilinear({ rows, columns, values }: Picture, [x, y]: Point): number {
  if (x < -0.5 || y < -0.5 || x > columns - 0.5 || y > rows - 0.5) return NaN;
  const [u, v] = [Math.min(Math.max(x, 0), columns - 1), Math.min(Math.max(y, 0), rows - 1)];
  const [left, top] = [Math.min(Math.floor(u), Math.max(0, columns - 2)), Math.min(Math.floor(v), Math.max(0, rows - 2))];
  const [right, bottom] = [Math.min(left + 1, columns - 1), Math.min(top + 1, rows - 1)];
  const [s, t] = [u - left, v - top];
  const at = (row: number, column: number) => values[row * columns + column]!;
  return (1 - t) * ((1 - s) * at(top, left) + s * at(top, right)) + t * ((1 - s) * at(bottom, left) + s * at(bottom, right));
}

/**
 * The strip: one row for each sample along the line, one column for each phase, row-major. NaN where
 * a frame is missing or the line leaves the image.
 */
export function timeStrip(frames: readonly (Picture | null)[], samples: readonly Point[]): Float32Array {
  const strip = new Float32Array(frames.length * samples.length).fill(NaN);
  frames.forEach((frame, phase) => {
    if (frame) samples.forEach((point, i) => (strip[i * frames.length + phase] = bilinear(frame, point)));
  });
  return strip;
}

/** Where each phase begins, and where the last ends: halfway between two times, the outer ones as wide as their neighbours. */
export function phaseEdges(times: readonly number[]): number[] {
  const n = times.length;
  if (n < 2) return [(times[0] ?? 0) - 0.5, (times[0] ?? 0) + 0.5];
  const inner = times.slice(1).map((t, i) => (t + times[i]!) / 2);
  return [times[0]! - (inner[0]! - times[0]!), ...inner, times[n - 1]! + (times[n - 1]! - inner[n - 2]!)];
}

/** The phase whose stretch holds a time; the first or last one beyond them. */
export function phaseWithin(edges: readonly number[], time: number): number {
  const after = edges.slice(1, -1).findIndex((edge) => time < edge);
  return after < 0 ? edges.length - 2 : after;
}
