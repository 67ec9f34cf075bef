import type { Parts, Point, Polygon } from './geometry';

/**
 * The border of a mask along the edges of its pixels: the twin of cmrkit.geometry.pixel_edge_polygons.
 * The pinned rasteriser gives the same mask back. Holes and further parts are polygons of their own;
 * pixels that touch at a corner alone are parts of their own. Row-major, not zero is inside.
 */
export function pixelEdgePolygons(mask: ArrayLike<number>, rows: number, columns: number): Parts {
  const leaving = edges(mask, rows, columns);
  const corners = columns + 1;
  const polygons: Parts = [];
  for (const start of [...leaving.keys()].sort((a, b) => a - b)) {
    while (leaving.has(start)) polygons.push(withoutStraightPoints(walk(leaving, start, corners), corners));
  }
  return polygons;
}

/** Corner -> corners that the border goes on to, the inside on its right. Corners are numbered by rows. */
function edges(mask: ArrayLike<number>, rows: number, columns: number): Map<number, number[]> {
  const corners = columns + 1;
  const leaving = new Map<number, number[]>();
  const inside = (r: number, c: number) => r >= 0 && c >= 0 && r < rows && c < columns && mask[r * columns + c] !== 0;
  const add = (from: number, to: number) => leaving.set(from, [...(leaving.get(from) ?? []), to]);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < columns; c += 1) {
      if (!inside(r, c)) continue;
      const at = r * corners + c;
      if (!inside(r - 1, c)) add(at, at + 1);
      if (!inside(r, c + 1)) add(at + 1, at + 1 + corners);
      if (!inside(r + 1, c)) add(at + corners + 1, at + corners);
      if (!inside(r, c - 1)) add(at + corners, at);
    }
  }
  return leaving;
}

/** One closed loop, taken out of `leaving`; where four edges meet it turns right, keeping to its pixel. */
function walk(leaving: Map<number, number[]>, start: number, corners: number): number[] {
  const loop: number[] = [];
  let before = start - 1;
  let at = start;
  do {
    loop.push(at);
    const ends = leaving.get(at)!;
    const ahead = at - before;
    const right = at + (ahead === 1 ? corners : ahead === -1 ? -corners : ahead > 0 ? -1 : 1);
    const to = ends.length > 1 && ends.includes(right) ? right : [...ends].sort((a, b) => (a % corners) - (b % corners) || a - b)[0]!;
    ends.splice(ends.indexOf(to), 1);
    if (ends.length === 0) leaving.delete(at);
    [before, at] = [at, to];
  } while (at !== start);
  return loop;
}

function withoutStraightPoints(loop: number[], corners: number): Polygon {
  const kept = loop.filter((at, i) => at - loop.at(i - 1)! !== loop[(i + 1) % loop.length]! - at);
  return kept.map((at): Point => [(at % corners) - 0.5, Math.floor(at / corners) - 0.5]);
}
