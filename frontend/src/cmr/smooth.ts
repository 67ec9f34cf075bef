import { resampled } from './edit';
import { shoelace } from './field';
import type { Parts, Point, Polygon } from './geometry';

const PASSES = 6;
const STEP_PX = 1;

/** Each part a little smoother, about its own centre and with its own area. */
export const smoothed = (parts: Parts): Parts => parts.map(smoothedPart);

function smoothedPart(part: Polygon): Polygon {
  const before = shoelace(part);
  let polygon = resampled(part, STEP_PX);
  for (let pass = 0; pass < PASSES; pass += 1) {
    polygon = polygon.map((p, i): Point => {
      const back = polygon.at(i - 1)!;
      const ahead = polygon[(i + 1) % polygon.length]!;
      return [(back[0] + 2 * p[0] + ahead[0]) / 4, (back[1] + 2 * p[1] + ahead[1]) / 4];
    });
  }
  const after = shoelace(polygon);
  if (before * after <= 0) return part;
  const scale = Math.sqrt(before / after);
  const [x, y] = areaCentre(polygon, after);
  return polygon.map((p): Point => [x + scale * (p[0] - x), y + scale * (p[1] - y)]);
}

/** The parts without their holes: what lies inside another part is left out. */
export function withoutHoles(parts: Parts): Parts {
  return parts.filter((part, i) => !parts.some((other, j) => i !== j && encloses(other, part[0]!)));
}

function areaCentre(polygon: Polygon, area: number): Point {
  let x = 0;
  let y = 0;
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length]!;
    const cross = p[0] * q[1] - q[0] * p[1];
    x += ((p[0] + q[0]) * cross) / (6 * area);
    y += ((p[1] + q[1]) * cross) / (6 * area);
  });
  return [x, y];
}

function encloses(polygon: Polygon, [x, y]: Point): boolean {
  return polygon.reduce((inside, [x1, y1], i) => {
    const [x2, y2] = polygon[(i + 1) % polygon.length]!;
    const crosses = Math.min(y1, y2) <= y && y < Math.max(y1, y2) && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
    return crosses ? !inside : inside;
  }, false);
}
