import { distance, type Parts, type Point } from './geometry';
import { nearestOn } from './outline';

/** A place on a contour. */
export interface Snap {
  part: number;
  /** Edge number and the share of it. */
  at: number;
  point: Point;
  distance: number;
}

/** The nearest place on the contour; null where it is farther than `withinPx`. */
export function snapTo(parts: Parts, to: Point, withinPx: number): Snap | null {
  let best: Snap | null = null;
  let least = withinPx;
  parts.forEach((polygon, part) => {
    polygon.forEach((a, i) => {
      const { point, t } = nearestOn(a, polygon[(i + 1) % polygon.length]!, to);
      const away = distance(point, to);
      if (away > least) return;
      least = away;
      best = { part, at: i + t, point, distance: away };
    });
  });
  return best;
}

/** The contour's own points between two places on one part, the shorter way round. */
export function alongContour(parts: Parts, from: Snap, to: Snap): Point[] {
  if (from.part !== to.part) return [];
  const polygon = parts[from.part]!;
  const forward = run(polygon, from.at, to.at);
  const backward = run(polygon, to.at, from.at).reverse();
  return lengthOf([from.point, ...forward, to.point]) <= lengthOf([from.point, ...backward, to.point]) ? forward : backward;
}

function run(polygon: Point[], from: number, to: number): Point[] {
  const n = polygon.length;
  const count = Math.floor(to) - Math.floor(from) + (to < from ? n : 0);
  return Array.from({ length: Math.max(0, count) }, (_, k) => polygon[(Math.floor(from) + 1 + k) % n]!);
}

const lengthOf = (line: Point[]): number => line.reduce((sum, p, i) => sum + (i === 0 ? 0 : distance(line[i - 1]!, p)), 0);
