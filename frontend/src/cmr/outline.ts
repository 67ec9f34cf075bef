/** Closed outlines: fewer points, even points, smoother, without loops. */
import { distance, type Point, type Polygon } from './geometry';

/** How far a stored outline may lie from the drawn one for having fewer points. */
export const TOLERANCE_PX = 0.02;

/** Signed area: positive where the points turn from columns towards rows. */
export function signedAreaPx(polygon: Polygon): number {
  let sum = 0;
  polygon.forEach(([x, y], i) => {
    const [nx, ny] = polygon[(i + 1) % polygon.length]!;
    sum += x * ny - nx * y;
  });
  return sum / 2;
}

/** The place nearest to `p` on the line from a to b, and where between them it is (0 to 1). */
export function nearestOn(a: Point, b: Point, p: Point): { point: Point; t: number } {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const length2 = dx * dx + dy * dy;
  const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2));
  return { point: [a[0] + t * dx, a[1] + t * dy], t };
}

/** Even-odd, with half-open ties as the rasteriser has them. */
export function isInside(parts: Polygon[], [x, y]: Point): boolean {
  let inside = false;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 1) {
      const [x1, y1] = part[i]!;
      const [x2, y2] = part[(i + 1) % part.length]!;
      if (Math.min(y1, y2) <= y && y < Math.max(y1, y2) && x1 + ((y - y1) / (y2 - y1)) * (x2 - x1) <= x) inside = !inside;
    }
  }
  return inside;
}

/**
 * Fewer points, none of the dropped ones farther than the tolerance from what is left
 * (Douglas and Peucker 1973). `line` is open: its ends stay.
 */
export function simplifiedLine(line: Point[], tolerancePx: number): Point[] {
  if (line.length < 3) return line;
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const open: [number, number][] = [[0, line.length - 1]];
  for (let range = open.pop(); range; range = open.pop()) {
    const [from, to] = range;
    let worst = -1;
    let most = tolerancePx;
    for (let i = from + 1; i < to; i += 1) {
      const away = distance(nearestOn(line[from]!, line[to]!, line[i]!).point, line[i]!);
      if (away > most) {
        most = away;
        worst = i;
      }
    }
    if (worst < 0) continue;
    keep[worst] = 1;
    open.push([from, worst], [worst, to]);
  }
  return line.filter((_, i) => keep[i]);
}

/** The same for a closed outline: it is cut at its first point and at the one farthest from it. */
export function simplified(polygon: Polygon, tolerancePx = TOLERANCE_PX): Polygon {
  if (polygon.length < 4) return polygon;
  let far = 0;
  polygon.forEach((p, i) => {
    if (distance(p, polygon[0]!) > distance(polygon[far]!, polygon[0]!)) far = i;
  });
  if (far === 0) return polygon;
  const there = simplifiedLine(polygon.slice(0, far + 1), tolerancePx);
  const back = simplifiedLine([...polygon.slice(far), polygon[0]!], tolerancePx);
  return [...there.slice(0, -1), ...back.slice(0, -1)];
}

/** Points `stepPx` apart, or a little less so that all steps are even, on the closed outline. */
export function resampled(polygon: Polygon, stepPx: number): Polygon {
  const lengths = polygon.map((p, i) => distance(p, polygon[(i + 1) % polygon.length]!));
  const total = lengths.reduce((sum, l) => sum + l, 0);
  const n = Math.max(3, Math.ceil(total / stepPx));
  if (total === 0) return polygon;
  const out: Polygon = [];
  let edge = 0;
  let before = 0; // length of the edges before this one
  for (let k = 0; k < n; k += 1) {
    const at = (k * total) / n;
    while (edge < polygon.length - 1 && before + lengths[edge]! <= at) {
      before += lengths[edge]!;
      edge += 1;
    }
    const a = polygon[edge]!;
    const b = polygon[(edge + 1) % polygon.length]!;
    const t = lengths[edge] === 0 ? 0 : Math.min(1, (at - before) / lengths[edge]!);
    out.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
  }
  return out;
}

/**
 * Without what is finer than `sigmaPx` along the outline.
 *
 * A Gaussian G alone pulls a curve inwards by sigma² / 2r; 2G − G² takes that back, so that a
 * circle keeps its radius.
 */
export function smoothed(polygon: Polygon, sigmaPx: number): Polygon {
  const points = resampled(polygon, sigmaPx / 2);
  const spacing = distance(points[0]!, points[1]!) || sigmaPx / 2;
  const half = Math.min(Math.ceil((3 * sigmaPx) / spacing), Math.floor((points.length - 1) / 2));
  const weights = Array.from({ length: 2 * half + 1 }, (_, k) => Math.exp(-0.5 * (((k - half) * spacing) / sigmaPx) ** 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  const blurred = (from: Polygon): Polygon =>
    from.map((_, i): Point => {
      let x = 0;
      let y = 0;
      weights.forEach((w, k) => {
        const p = from[(i + k - half + from.length) % from.length]!;
        x += w * p[0];
        y += w * p[1];
      });
      return [x / sum, y / sum];
    });
  const once = blurred(points);
  const twice = blurred(once);
  return once.map((p, i): Point => [2 * p[0] - twice[i]![0], 2 * p[1] - twice[i]![1]]);
}

/** Where a crosses b, as shares of both; null where they don't, or only touch. */
export function crossing(a1: Point, a2: Point, b1: Point, b2: Point): { t: number; u: number } | null {
  const ax = a2[0] - a1[0];
  const ay = a2[1] - a1[1];
  const bx = b2[0] - b1[0];
  const by = b2[1] - b1[1];
  const cross = ax * by - ay * bx;
  if (cross === 0) return null;
  const t = ((b1[0] - a1[0]) * by - (b1[1] - a1[1]) * bx) / cross;
  const u = ((b1[0] - a1[0]) * ay - (b1[1] - a1[1]) * ax) / cross;
  return t > 0 && t < 1 && u > 0 && u < 1 ? { t, u } : null;
}

/** Where a loop was drawn, as when the end runs over the beginning, its smaller side goes. */
export function withoutLoops(polygon: Polygon): Polygon {
  let left = polygon;
  for (let found = firstCrossing(left); found; found = firstCrossing(left)) {
    const { i, j, point } = found;
    const one = [point, ...left.slice(i + 1, j + 1)];
    const other = [point, ...left.slice(j + 1), ...left.slice(0, i + 1)];
    left = Math.abs(signedAreaPx(one)) > Math.abs(signedAreaPx(other)) ? one : other;
  }
  return left;
}

function firstCrossing(polygon: Polygon): { i: number; j: number; point: Point } | null {
  const n = polygon.length;
  for (let i = 0; i < n; i += 1) {
    const a1 = polygon[i]!;
    const a2 = polygon[(i + 1) % n]!;
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue; // neighbours meet, they don't cross
      const hit = crossing(a1, a2, polygon[j]!, polygon[(j + 1) % n]!);
      if (hit) return { i, j, point: [a1[0] + hit.t * (a2[0] - a1[0]), a1[1] + hit.t * (a2[1] - a1[1])] };
    }
  }
  return null;
}

export const crossesItself = (polygon: Polygon): boolean => firstCrossing(polygon) !== null;
