/** Signed distance to contours on a grid, and contours back from where it is zero. */
import { edgesOf, type Parts, type Point, type Polygon } from './geometry';

/** Values at (column + i × step, row + j × step); `values` is row-major. */
export interface Field {
  column: number;
  row: number;
  step: number;
  width: number;
  height: number;
  values: Float64Array;
}

/** A grid around contours with `margin` pixels to spare. */
export function gridAround(parts: Parts, step: number, margin: number): Field {
  const xs = parts.flat().map(([x]) => x);
  const ys = parts.flat().map(([, y]) => y);
  const column = Math.min(...xs) - margin;
  const row = Math.min(...ys) - margin;
  const width = Math.ceil((Math.max(...xs) + margin - column) / step) + 1;
  const height = Math.ceil((Math.max(...ys) + margin - row) / step) + 1;
  return { column, row, step, width, height, values: new Float64Array(width * height) };
}

/** Distance to the nearest edge at every grid point: negative inside by the even-odd rule. */
export function signedDistance(parts: Parts, grid: Field): Field {
  const edges = edgesOf(parts);
  const values = new Float64Array(grid.width * grid.height);
  for (let j = 0, k = 0; j < grid.height; j += 1) {
    const y = grid.row + j * grid.step;
    for (let i = 0; i < grid.width; i += 1, k += 1) {
      const x = grid.column + i * grid.step;
      let nearest = Infinity;
      let inside = false;
      for (const [x1, y1, x2, y2] of edges) {
        const [ex, ey] = [x2 - x1, y2 - y1];
        const length = ex * ex + ey * ey;
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * ex + (y - y1) * ey) / length));
        const [ax, ay] = [x1 + along * ex - x, y1 + along * ey - y];
        nearest = Math.min(nearest, ax * ax + ay * ay);
        if (y1 <= y !== y2 <= y && x < x1 + ((y - y1) / (y2 - y1)) * ex) inside = !inside;
      }
      values[k] = inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
    }
  }
  return { ...grid, values };
}

/** Closed polygons along zero (marching squares, linear between grid points; saddles are kept apart by their mean). */
export function zeroLevel(field: Field): Parts {
  const { width, height, values, column, row, step } = field;
  const next = new Map<number, number>();
  const points = new Map<number, Point>();
  const cross = (a: number, b: number): number => {
    const key = Math.min(a, b) * 2 + (Math.abs(a - b) === 1 ? 0 : 1);
    if (!points.has(key)) {
      const t = values[a]! / (values[a]! - values[b]!);
      const at = (k: number): Point => [column + (k % width) * step, row + Math.floor(k / width) * step];
      const [p, q] = [at(a), at(b)];
      points.set(key, [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
    }
    return key;
  };
  for (let j = 0; j + 1 < height; j += 1) {
    for (let i = 0; i + 1 < width; i += 1) {
      const a = j * width + i;
      const corners = [a, a + 1, a + 1 + width, a + width] as const;
      const inside = corners.map((k) => values[k]! < 0);
      // going round the square: where the inside is entered and where it is left
      const entered: number[] = [];
      const left: number[] = [];
      for (let side = 0; side < 4; side += 1) {
        const [from, to] = [corners[side]!, corners[(side + 1) % 4]!];
        if (inside[side] === inside[(side + 1) % 4]) continue;
        (inside[side] ? left : entered).push(cross(from, to));
      }
      const mean = corners.reduce<number>((sum, k) => sum + values[k]!, 0) / 4;
      // two of each: a saddle; its two diagonal corners are joined where the middle is inside
      const turn = entered.length === 2 && mean < 0 !== inside[0] ? 1 : 0;
      left.forEach((key, n) => next.set(key, entered[(n + turn) % entered.length]!));
    }
  }
  return rings(next, points);
}

function rings(next: Map<number, number>, points: Map<number, Point>): Parts {
  const found: Parts = [];
  while (next.size > 0) {
    const [start] = next.keys();
    const ring: Polygon = [];
    for (let key = start; key !== undefined && next.has(key); ) {
      const following: number = next.get(key)!;
      next.delete(key);
      ring.push(points.get(key)!);
      key = following;
    }
    if (ring.length >= 3) found.push(ring);
  }
  return found;
}
