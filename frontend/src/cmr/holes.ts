import type { Parts, Point, Polygon } from './geometry';

/** The parts without their holes: what lies inside another part is left out. */
export function withoutHoles(parts: Parts): Parts {
  return parts.filter((part, i) => !parts.some((other, j) => i !== j && encloses(other, part[0]!)));
}

function encloses(polygon: Polygon, [x, y]: Point): boolean {
  return polygon.reduce((inside, [x1, y1], i) => {
    const [x2, y2] = polygon[(i + 1) % polygon.length]!;
    const crosses = Math.min(y1, y2) <= y && y < Math.max(y1, y2) && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
    return crosses ? !inside : inside;
  }, false);
}
