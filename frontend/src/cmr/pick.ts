/** Pixels chosen by their intensity: row-major masks, 1 chosen. */
import type { Point } from './geometry';

export interface Picture {
  rows: number;
  columns: number;
  values: ArrayLike<number>;
}

/** Pixels under the brush whose value is within `tolerance` of `value`. */
export function alike(picture: Picture, path: Point[], radiusPx: number, value: number, tolerance: number): Uint8Array {
  const mask = new Uint8Array(picture.rows * picture.columns);
  for (const [x, y] of betweenPoints(path, radiusPx / 4)) {
    eachWithin(picture, [x, y], radiusPx, (k) => {
      if (Math.abs(picture.values[k]! - value) <= tolerance) mask[k] = 1;
    });
  }
  return mask;
}

/** Pixels joined to the one at `seed` by sides, within `tolerance` of its value and `reachPx` of its place. */
export function flood(picture: Picture, seed: Point, tolerance: number, reachPx: number): Uint8Array {
  const { rows, columns, values } = picture;
  const mask = new Uint8Array(rows * columns);
  const near = new Uint8Array(rows * columns);
  eachWithin(picture, seed, reachPx, (k) => {
    near[k] = 1;
  });
  const start = pixelAt(picture, seed);
  if (start === null) return mask;
  const waiting = [start];
  mask[start] = 1;
  for (let k = waiting.pop(); k !== undefined; k = waiting.pop()) {
    const column = k % columns;
    const sides = [k - columns, k + columns, ...(column > 0 ? [k - 1] : []), ...(column + 1 < columns ? [k + 1] : [])];
    for (const side of sides) {
      if (!near[side] || mask[side] || Math.abs(values[side]! - values[start]!) > tolerance) continue;
      mask[side] = 1;
      waiting.push(side);
    }
  }
  return mask;
}

/** The pixel that a point lies in; null outside the image. */
export function pixelAt({ rows, columns }: Picture, [x, y]: Point): number | null {
  const column = Math.round(x);
  const row = Math.round(y);
  return column >= 0 && row >= 0 && column < columns && row < rows ? row * columns + column : null;
}

/** What tolerance counts in: the spread between the darkest and the brightest twentieth. */
export function spread(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return at(0.95) - at(0.05);
}

function eachWithin({ rows, columns }: Picture, [x, y]: Point, radiusPx: number, visit: (k: number) => void): void {
  for (let row = Math.max(0, Math.ceil(y - radiusPx)); row <= Math.min(rows - 1, Math.floor(y + radiusPx)); row += 1) {
    const half = Math.sqrt(radiusPx * radiusPx - (row - y) ** 2);
    for (let column = Math.max(0, Math.ceil(x - half)); column <= Math.min(columns - 1, Math.floor(x + half)); column += 1) {
      visit(row * columns + column);
    }
  }
}

function betweenPoints(path: Point[], stepPx: number): Point[] {
  return path.flatMap((to, i): Point[] => {
    const from = path[i - 1] ?? to;
    const n = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / stepPx));
    return Array.from({ length: n }, (_, k): Point => {
      const t = (k + 1) / n;
      return [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])];
    });
  });
}
