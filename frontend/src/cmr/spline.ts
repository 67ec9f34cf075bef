/** Closed centripetal Catmull-Rom splines (Yuksel et al. 2011): through every point, no loops or cusps between two. */
import { distance, type Point, type Polygon } from './geometry';
import { nearestOn, simplified, simplifiedLine } from './outline';

const STEP_PX = 0.25;
const KNOT_POWER = 0.5; // centripetal

/** Points of the curve from b to c, without its ends (Barry and Goldman's pyramid). */
export function spanBetween(a: Point, b: Point, c: Point, d: Point): Point[] {
  const knot = (from: number, p: Point, q: Point) => from + Math.max(1e-9, distance(p, q) ** KNOT_POWER);
  const t0 = 0;
  const t1 = knot(t0, a, b);
  const t2 = knot(t1, b, c);
  const t3 = knot(t2, c, d);
  const mix = (p: Point, q: Point, from: number, to: number, t: number): Point => {
    const share = (t - from) / (to - from);
    return [p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])];
  };
  const n = Math.ceil(distance(b, c) / STEP_PX);
  const out: Point[] = [];
  for (let k = 1; k < n; k += 1) {
    const t = t1 + ((t2 - t1) * k) / n;
    const ab = mix(a, b, t0, t1, t);
    const bc = mix(b, c, t1, t2, t);
    const cd = mix(c, d, t2, t3, t);
    out.push(mix(mix(ab, bc, t0, t2, t), mix(bc, cd, t1, t3, t), t1, t2, t));
  }
  return out;
}

/**
 * An outline that is led by control points on it. Each span runs from its point to the next one,
 * ends left out: the spline's where a point was set or moved, what was there before elsewhere.
 */
export interface Controlled {
  points: Point[];
  spans: Point[][];
}

const around = <T>(list: T[], i: number): T => list[(i + list.length) % list.length]!;

const spanAt = (points: Point[], i: number): Point[] => spanBetween(around(points, i - 1), around(points, i), around(points, i + 1), around(points, i + 2));

/** The spline through at least three points. */
export const splineThrough = (points: Point[]): Controlled => ({ points, spans: points.map((_, i) => spanAt(points, i)) });

export const outlineOf = ({ points, spans }: Controlled): Polygon => simplified(points.flatMap((p, i) => [p, ...spans[i]!]));

/** Spans that follow the point: the two on each side of it. */
function respanned(points: Point[], spans: Point[][], at: number): Controlled {
  const next = [...spans];
  for (let k = at - 2; k <= at + 1; k += 1) {
    const i = (k + 2 * points.length) % points.length;
    next[i] = spanAt(points, i);
  }
  return { points, spans: next };
}

/** Move one control point; beyond its neighbours' spans nothing changes. */
export const withPointMoved = ({ points, spans }: Controlled, at: number, to: Point): Controlled =>
  respanned(
    points.map((p, i) => (i === at ? to : p)),
    spans,
    at,
  );

/** A new control point in this span. */
export const withPointAdded = ({ points, spans }: Controlled, span: number, point: Point): Controlled =>
  respanned([...points.slice(0, span + 1), point, ...points.slice(span + 1)], [...spans.slice(0, span + 1), [], ...spans.slice(span + 1)], span + 1);

/** Without one control point; as it was where only three are left. */
export function withPointRemoved(curve: Controlled, at: number): Controlled {
  if (curve.points.length <= 3) return curve;
  const without = <T>(list: T[]) => list.filter((_, i) => i !== at);
  return respanned(without(curve.points), without(curve.spans), at % (curve.points.length - 1));
}

const CLOSE_PX = 0.15; // how well the spline through the found points fits the outline
const MOST_POINTS = 40;

/**
 * Control points for an outline that has none: so many of its own points that the spline through
 * them lies within a seventh of a pixel of it. The outline itself is kept between them.
 */
export function controlled(outline: Polygon): Controlled {
  const polygon = dense(outline);
  const n = polygon.length;
  let chosen = Array.from({ length: 4 }, (_, k) => Math.floor((k * n) / 4));
  while (chosen.length < Math.min(MOST_POINTS, n)) {
    const points = chosen.map((i) => polygon[i]!);
    let worst = -1;
    let most = CLOSE_PX;
    chosen.forEach((from, k) => {
      const curve = [points[k]!, ...spanAt(points, k), around(points, k + 1)];
      for (const i of indicesBetween(from, around(chosen, k + 1), n)) {
        const away = awayFrom(curve, polygon[i]!);
        if (away > most) {
          most = away;
          worst = i;
        }
      }
    });
    if (worst < 0) break;
    chosen = [...chosen, worst].sort((a, b) => a - b);
  }
  const spans = chosen.map((from, k) => {
    const to = around(chosen, k + 1);
    const line = [polygon[from]!, ...indicesBetween(from, to, n).map((i) => polygon[i]!), polygon[to]!];
    return simplifiedLine(line, 1e-6).slice(1, -1);
  });
  return { points: chosen.map((i) => polygon[i]!), spans };
}

function indicesBetween(from: number, to: number, n: number): number[] {
  const count = ((to - from + n) % n || n) - 1;
  return Array.from({ length: count }, (_, k) => (from + 1 + k) % n);
}

function awayFrom(line: Point[], p: Point): number {
  let least = Infinity;
  for (let i = 0; i + 1 < line.length; i += 1) least = Math.min(least, distance(nearestOn(line[i]!, line[i + 1]!, p).point, p));
  return least;
}

/** The outline's own points and, on long edges, more between them: the outline stays as it is. */
function dense(polygon: Polygon): Polygon {
  return polygon.flatMap((p, i) => {
    const q = around(polygon, i + 1);
    const n = Math.max(1, Math.ceil(distance(p, q)));
    return Array.from({ length: n }, (_, k): Point => [p[0] + ((q[0] - p[0]) * k) / n, p[1] + ((q[1] - p[1]) * k) / n]);
  });
}
