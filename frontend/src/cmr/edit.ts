import { combined, crosses } from './clip';
import { centroid, distance, type Parts, type Point, type Polygon } from './geometry';
import { isInside, signedAreaPx, simplified, TOLERANCE_PX } from './outline';
import { type Snap, snapTo } from './snap';

/** Where a contour was grabbed: the part, the place along it, how far away the pointer was. */
export type Grip = Snap;

/** The place on the contour nearest to a point; null where there is none. */
export const gripAt = (parts: Parts, at: Point): Grip | null => snapTo(parts, at, Infinity);

const STEP_PX = 0.5; // distance of points where the contour bends
const FAR = 3.5; // a Gaussian's weight is nothing from here on

/**
 * Drag the contour by its grip: points near it follow, those farther away less (a Gaussian of the
 * distance along the contour). Beyond 3.5 times the reach its points stay as they are.
 */
export function dragged(parts: Parts, grip: Grip, by: Point, reachPx: number): Parts {
  const polygon = parts[grip.part]!;
  const edges = polygon.map((p, i) => distance(p, polygon[(i + 1) % polygon.length]!));
  const total = edges.reduce((sum, length) => sum + length, 0);
  const edge = Math.floor(grip.at);
  const held = edges.slice(0, edge).reduce((sum, length) => sum + length, 0) + (grip.at - edge) * (edges[edge] ?? 0);
  const away = (along: number) => Math.min(Math.abs(along - held), total - Math.abs(along - held));
  const moved: Polygon = [];
  let start = 0;
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length]!;
    const near = away(start) < FAR * reachPx + edges[i]!;
    const n = near ? Math.max(1, Math.ceil(edges[i]! / STEP_PX)) : 1;
    for (let k = 0; k < n; k += 1) {
      const d = away(start + (edges[i]! * k) / n);
      const weight = d < FAR * reachPx ? Math.exp(-0.5 * (d / reachPx) ** 2) : 0;
      moved.push([a[0] + ((b[0] - a[0]) * k) / n + weight * by[0], a[1] + ((b[1] - a[1]) * k) / n + weight * by[1]]);
    }
    start += edges[i]!;
  });
  return parts.map((part, i) => (i === grip.part ? moved : part));
}

/** One more outline: a part of its own, a hole where it lies inside, joined where it crosses. */
export function withPart(parts: Parts, outline: Polygon): Parts {
  const joined = crosses(parts, outline) ? combined(parts, outline, 'join') : null;
  return joined ?? [...parts, outline];
}

/** Without the innermost part around a point, and the holes in it; null where there is none. */
export function withoutPartAt(parts: Parts, at: Point): Parts | null {
  let inner = -1;
  parts.forEach((part, i) => {
    if (isInside([part], at) && (inner < 0 || Math.abs(signedAreaPx(part)) < Math.abs(signedAreaPx(parts[inner]!)))) inner = i;
  });
  if (inner < 0) return null;
  return parts.filter((part, i) => i !== inner && !isInside([parts[inner]!], part[0]!));
}

// what the server keeps of a contour: parts and holes, and points of each
export const MOST_PARTS = 16;
export const MOST_POINTS = 2000;

/** What may be kept: the largest parts (a hole is smaller than what it lies in), each with few enough points. */
export function storable(parts: Parts): Parts {
  const area = (part: Polygon) => Math.abs(signedAreaPx(part));
  const largest = new Set([...parts].sort((a, b) => area(b) - area(a)).slice(0, MOST_PARTS));
  return parts.filter((part) => largest.has(part)).map(withFewPoints);
}

function withFewPoints(part: Polygon): Polygon {
  let fewer = part;
  for (let tolerancePx = TOLERANCE_PX; fewer.length > MOST_POINTS; tolerancePx *= 2) fewer = simplified(part, tolerancePx);
  return fewer;
}

/** Thousandths of a pixel are enough, and what the server gets is what is kept here. */
export function rounded(parts: Parts): Parts {
  const round = (v: number) => Math.round(v * 1000) / 1000;
  return parts.map((part) => part.map(([x, y]): Point => [round(x), round(y)]));
}

export { centroid };
