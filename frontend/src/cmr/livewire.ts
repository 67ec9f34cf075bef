/**
 * The livewire: the cheapest way between two points, where edges are cheap (Mortensen and Barrett
 * 1995, reduced to the strength of the edge). Pixels of the image, row-major.
 */
import type { Point } from './geometry';

/** Strength and direction of the edges of one frame. */
export interface Edges {
  rows: number;
  columns: number;
  /** Gradient of the smoothed image, per pixel. */
  gx: Float32Array;
  gy: Float32Array;
  magnitude: Float32Array;
  /** What a step onto the pixel costs: about 1 where there is no edge, near 0 on a strong one. */
  cost: Float32Array;
}

const LEAST_COST = 0.002; // length counts a little even on the best edge
const FAINT = 0.9; // quantile of the gradient that halves the cost: most of an image is no edge;
const LEAST_FAINT = 0.05; // at least this share of the strongest
const REACH_PX = 96; // how far from the seed the way is looked for

export function edgesOfImage(values: ArrayLike<number>, rows: number, columns: number): Edges {
  const image = blurred(values, rows, columns);
  const gx = new Float32Array(rows * columns);
  const gy = new Float32Array(rows * columns);
  const magnitude = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const up = Math.max(0, row - 1) * columns;
    const down = Math.min(rows - 1, row + 1) * columns;
    for (let column = 0; column < columns; column += 1) {
      const i = row * columns + column;
      gx[i] = (image[row * columns + Math.min(columns - 1, column + 1)]! - image[row * columns + Math.max(0, column - 1)]!) / 2;
      gy[i] = (image[down + column]! - image[up + column]!) / 2;
      magnitude[i] = Math.hypot(gx[i]!, gy[i]!);
    }
  }
  const sorted = Float32Array.from(magnitude).sort();
  const half = Math.max(sorted[Math.floor((sorted.length - 1) * FAINT)]!, LEAST_FAINT * sorted.at(-1)!) || 1;
  // never levels off: the crest of a strong edge is cheaper than its slopes
  const cost = magnitude.map((m) => LEAST_COST + 1 / (1 + (m / half) ** 2));
  return { rows, columns, gx, gy, magnitude, cost };
}

/** A binomial kernel of 5 × 5: a Gaussian of one pixel. */
function blurred(values: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const kernel = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];
  const clamp = (v: number, most: number) => Math.min(most, Math.max(0, v));
  const across = new Float32Array(rows * columns);
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let k = -2; k <= 2; k += 1) sum += kernel[k + 2]! * values[row * columns + clamp(column + k, columns - 1)]!;
      across[row * columns + column] = sum;
    }
  }
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let k = -2; k <= 2; k += 1) sum += kernel[k + 2]! * across[clamp(row + k, rows - 1) * columns + column]!;
      out[row * columns + column] = sum;
    }
  }
  return out;
}

/** Cheapest ways from one seed to every pixel near it. */
export interface Ways {
  seed: number;
  /** The pixel before each pixel on its way; −1 where there is none. */
  from: Int32Array;
}

/** Dijkstra's search around the seed, diagonal steps √2 as dear. */
export function waysFrom(edges: Edges, seed: Point): Ways {
  const { rows, columns, cost } = edges;
  const start = pixelAt(edges, seed);
  const [c0, r0] = [start % columns, Math.floor(start / columns)];
  const dear = new Float64Array(rows * columns).fill(Infinity);
  const from = new Int32Array(rows * columns).fill(-1);
  const heap = new Heap();
  dear[start] = 0;
  heap.push(start, 0);
  for (let i = heap.pop(dear); i >= 0; i = heap.pop(dear)) {
    const column = i % columns;
    const row = (i - column) / columns;
    for (let dr = -1; dr <= 1; dr += 1) {
      for (let dc = -1; dc <= 1; dc += 1) {
        const [c, r] = [column + dc, row + dr];
        if (c < 0 || r < 0 || c >= columns || r >= rows || Math.abs(c - c0) > REACH_PX || Math.abs(r - r0) > REACH_PX) continue;
        const next = r * columns + c;
        const sum = dear[i]! + cost[next]! * (dc !== 0 && dr !== 0 ? Math.SQRT2 : 1);
        if (sum >= dear[next]!) continue;
        dear[next] = sum;
        from[next] = i;
        heap.push(next, sum);
      }
    }
  }
  return { seed: start, from };
}

function pixelAt({ rows, columns }: Edges, [x, y]: Point): number {
  const column = Math.min(columns - 1, Math.max(0, Math.round(x)));
  const row = Math.min(rows - 1, Math.max(0, Math.round(y)));
  return row * columns + column;
}

/**
 * The way from the seed to a point, from exactly here to exactly there. Between, each pixel of the
 * way moves across the edge to where it is strongest, half a pixel at most. Straight where the
 * search didn't reach.
 */
export function wayTo(edges: Edges, ways: Ways, seed: Point, to: Point): Point[] {
  const pixels: number[] = [];
  for (let i = pixelAt(edges, to); i >= 0; i = ways.from[i]!) pixels.push(i);
  if (pixels.at(-1) !== ways.seed) return [seed, to];
  const line = pixels.reverse().slice(1, -1).map((i) => onEdge(edges, i));
  return evened([seed, ...line, to]);
}

/** The pixel moved along its gradient to the crest of the edge (a parabola through three samples). */
function onEdge(edges: Edges, i: number): Point {
  const { columns, gx, gy, magnitude } = edges;
  const [x, y] = [i % columns, Math.floor(i / columns)];
  const m = magnitude[i]!;
  if (m === 0) return [x, y];
  const [nx, ny] = [gx[i]! / m, gy[i]! / m];
  const before = sampled(edges, x - nx, y - ny);
  const after = sampled(edges, x + nx, y + ny);
  const bend = before - 2 * m + after;
  const by = bend < 0 ? Math.min(0.5, Math.max(-0.5, (before - after) / (2 * bend))) : 0;
  return [x + by * nx, y + by * ny];
}

function sampled({ rows, columns, magnitude }: Edges, x: number, y: number): number {
  const [c, r] = [Math.min(columns - 2, Math.max(0, Math.floor(x))), Math.min(rows - 2, Math.max(0, Math.floor(y)))];
  const [u, v] = [Math.min(1, Math.max(0, x - c)), Math.min(1, Math.max(0, y - r))];
  const at = (dr: number, dc: number) => magnitude[(r + dr) * columns + c + dc]!;
  return (1 - v) * ((1 - u) * at(0, 0) + u * at(0, 1)) + v * ((1 - u) * at(1, 0) + u * at(1, 1));
}

/** Pixels make stairs: each point half-way to the middle of its neighbours, ends kept. */
const evened = (line: Point[]): Point[] =>
  line.map((p, i): Point => {
    const [a, b] = [line[i - 1], line[i + 1]];
    return a && b ? [(a[0] + 2 * p[0] + b[0]) / 4, (a[1] + 2 * p[1] + b[1]) / 4] : p;
  });

/** Pixels by what their way costs; those overtaken meanwhile are skipped. */
class Heap {
  private readonly pixels: number[] = [];
  private readonly costs: number[] = [];

  push(pixel: number, cost: number): void {
    let i = this.pixels.length;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (this.costs[up]! <= cost) break;
      this.pixels[i] = this.pixels[up]!;
      this.costs[i] = this.costs[up]!;
      i = up;
    }
    this.pixels[i] = pixel;
    this.costs[i] = cost;
  }

  /** The cheapest pixel whose cost still holds; −1 where nothing is left. */
  pop(dear: Float64Array): number {
    while (this.pixels.length > 0) {
      const pixel = this.pixels[0]!;
      const cost = this.costs[0]!;
      this.sink(this.pixels.pop()!, this.costs.pop()!);
      if (cost <= dear[pixel]!) return pixel;
    }
    return -1;
  }

  private sink(pixel: number, cost: number): void {
    const n = this.pixels.length;
    if (n === 0) return;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= n) break;
      if (down + 1 < n && this.costs[down + 1]! < this.costs[down]!) down += 1;
      if (this.costs[down]! >= cost) break;
      this.pixels[i] = this.pixels[down]!;
      this.costs[i] = this.costs[down]!;
      i = down;
    }
    this.pixels[i] = pixel;
    this.costs[i] = cost;
  }
}
