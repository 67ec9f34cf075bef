import { centroid, distance, type Parts, type Point, type Polygon } from './geometry';

/** Where a contour was grabbed: the part, the place along it, how far away the pointer was. */
export interface Grip {
  part: number;
  point: Point;
  distance: number;
}

/** The place on the contour nearest to a point; null where there is none. */
export function gripAt(parts: Parts, at: Point): Grip | null {
  let best: Grip | null = null;
  parts.forEach((polygon, part) => {
    for (let i = 0; i < polygon.length; i += 1) {
      const point = nearestOn(polygon[i]!, polygon[(i + 1) % polygon.length]!, at);
      const away = distance(point, at);
      if (best === null || away < best.distance) best = { part, point, distance: away };
    }
  });
  return best;
}

function nearestOn(a: Point, b: Point, p: Point): Point {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length));
  return [a[0] + t * dx, a[1] + t * dy];
}

/**
 * Drag the contour by its grip: points near it follow, those farther away less (a Gaussian of the
 * distance along the contour), those on the far side not at all.
 */
export function dragged(parts: Parts, grip: Grip, by: Point, reachPx: number): Parts {
  const polygon = resampled(parts[grip.part]!, 2);
  const lengths = polygon.map((p, i) => distance(p, polygon[(i + 1) % polygon.length]!));
  const total = lengths.reduce((sum, l) => sum + l, 0);
  let start = 0;
  polygon.forEach((p, i) => {
    if (distance(p, grip.point) < distance(polygon[start]!, grip.point)) start = i;
  });
  const along: number[] = new Array<number>(polygon.length).fill(0);
  let walked = 0;
  for (let k = 0; k < polygon.length; k += 1) {
    const i = (start + k) % polygon.length;
    along[i] = Math.min(walked, total - walked);
    walked += lengths[i]!;
  }
  const moved = polygon.map((p, i): Point => {
    const weight = Math.exp(-0.5 * (along[i]! / reachPx) ** 2);
    return [p[0] + weight * by[0], p[1] + weight * by[1]];
  });
  return parts.map((part, i) => (i === grip.part ? moved : part));
}

/** Points about `stepPx` apart along the closed polygon. */
export function resampled(polygon: Polygon, stepPx: number): Polygon {
  const closed = [...polygon, polygon[0]!];
  const out: Polygon = [];
  let carry = 0;
  for (let i = 0; i + 1 < closed.length; i += 1) {
    const a = closed[i]!;
    const b = closed[i + 1]!;
    const length = distance(a, b);
    let at = carry;
    while (at < length) {
      const t = length === 0 ? 0 : at / length;
      out.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
      at += stepPx;
    }
    carry = at - length;
  }
  return out.length >= 3 ? out : polygon;
}

/** A drawn stroke as a closed contour: evenly spaced, lightly smoothed; null if it is too small. */
export function closedStroke(stroke: Point[]): Polygon | null {
  if (stroke.length < 3) return null;
  let polygon = resampled(stroke, 1);
  for (let pass = 0; pass < 2; pass += 1) {
    polygon = polygon.map((p, i): Point => {
      const before = polygon[(i + polygon.length - 1) % polygon.length]!;
      const after = polygon[(i + 1) % polygon.length]!;
      return [(before[0] + 2 * p[0] + after[0]) / 4, (before[1] + 2 * p[1] + after[1]) / 4];
    });
  }
  const kept = rounded([resampled(polygon, 2.5)])[0]!;
  return kept.length >= 4 && Math.abs(shoelace(kept)) >= 8 ? kept : null;
}

function shoelace(polygon: Polygon): number {
  let sum = 0;
  polygon.forEach(([x, y], i) => {
    const [nx, ny] = polygon[(i + 1) % polygon.length]!;
    sum += x * ny - nx * y;
  });
  return sum / 2;
}

/** Thousandths of a pixel are enough, and what the server gets is what is kept here. */
export function rounded(parts: Parts): Parts {
  const round = (v: number) => Math.round(v * 1000) / 1000;
  return parts.map((part) => part.map(([x, y]): Point => [round(x), round(y)]));
}

export { centroid };
