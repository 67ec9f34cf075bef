/**
 * Contours joined and cut by their signed distance, on a grid four times as fine as the pixels.
 *
 * Painting adds a region to a contour or takes it away. Both become distances to their borders
 * (negative inside), the smaller or larger of the two is the result, and marching squares draws its
 * zero line. Points of the result that lie on an old border go back onto it, so that what was not
 * painted stays where it was, however often one paints.
 */
import { distance, edgesOf, type Edge, type Parts, type Point, type Polygon } from './geometry';
import { nearestOn, signedAreaPx, simplified } from './outline';
import { rasterise } from './raster';

const STEP_PX = 0.25; // between the nodes of the grid
const BAND_PX = 1; // distances beyond this are all the same
const ON_BORDER_PX = 0.12; // a traced point so near to an old border lies on it
const ON_VERTEX_PX = 0.19; // a traced point so near to an old vertex is that vertex
const STRAIGHT_PX = 0.004; // points nearer to the line through their neighbours are left out
const CRUMB_PX2 = 0.25; // loops smaller than this come from the grid, not from a hand

/** Where the grid lies: node (i, j) is at image (x + i * STEP_PX, y + j * STEP_PX). */
interface Grid {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is painted: closed polygons, or a round brush led along a path. */
export type Region = { parts: Parts } | { path: Point[]; radiusPx: number };

/** The contour with the region added or taken away. */
export function combined(parts: Parts, region: Region, how: 'add' | 'remove'): Parts {
  const grid = gridAround([...parts.flat(), ...('parts' in region ? region.parts.flat() : brushCorners(region.path, region.radiusPx))]);
  if (!grid) return parts;
  const field = polygonField(parts, grid);
  const other = 'parts' in region ? polygonField(region.parts, grid) : brushField(region.path, region.radiusPx, grid);
  for (let k = 0; k < field.length; k += 1) {
    field[k] = how === 'add' ? Math.min(field[k]!, other[k]!) : Math.max(field[k]!, -other[k]!);
  }
  const borders = edgesOf('parts' in region ? [...parts, ...region.parts] : parts);
  return zeroLines(field, grid)
    .map((loop) => simplified(loop.map((point) => ontoBorder(point, borders)), STRAIGHT_PX))
    .filter((loop) => loop.length >= 3 && Math.abs(signedAreaPx(loop)) >= CRUMB_PX2);
}

function brushCorners(path: Point[], radiusPx: number): Point[] {
  return path.flatMap(([x, y]): Point[] => [
    [x - radiusPx, y - radiusPx],
    [x + radiusPx, y + radiusPx],
  ]);
}

function gridAround(points: Point[]): Grid | null {
  if (points.length === 0) return null;
  let [left, top] = points[0]!;
  let [right, bottom] = points[0]!;
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  // an odd offset keeps nodes off the halves and wholes where pixel edges and centres lie
  const x = Math.floor(left - BAND_PX) + 0.11;
  const y = Math.floor(top - BAND_PX) + 0.13;
  return {
    x,
    y,
    width: Math.ceil((right + BAND_PX - x) / STEP_PX) + 2,
    height: Math.ceil((bottom + BAND_PX - y) / STEP_PX) + 2,
  };
}

/** Signed distance to polygons, even-odd: exact within the band. */
function polygonField(parts: Parts, grid: Grid): Float64Array {
  const field = new Float64Array(grid.width * grid.height).fill(BAND_PX);
  for (const edge of edgesOf(parts)) lower(field, grid, edge, 0);
  const fine = parts.map((part) => part.map(([x, y]): Point => [(x - grid.x) / STEP_PX, (y - grid.y) / STEP_PX]));
  const inside = rasterise(fine, grid.height, grid.width);
  for (let k = 0; k < field.length; k += 1) if (inside[k]) field[k] = -field[k]!;
  return field;
}

/** Signed distance to what a round brush covers. */
function brushField(path: Point[], radiusPx: number, grid: Grid): Float64Array {
  const field = new Float64Array(grid.width * grid.height).fill(BAND_PX);
  if (path.length === 1) lower(field, grid, [...path[0]!, ...path[0]!], radiusPx);
  for (let i = 0; i + 1 < path.length; i += 1) lower(field, grid, [...path[i]!, ...path[i + 1]!], radiusPx);
  return field;
}

/** Lower the field to the distance from a segment, less a radius, where that is smaller. */
function lower(field: Float64Array, grid: Grid, [x1, y1, x2, y2]: Edge, radiusPx: number): void {
  const reach = radiusPx + BAND_PX;
  const node = (value: number, start: number) => (value - start) / STEP_PX;
  const firstColumn = Math.max(0, Math.floor(node(Math.min(x1, x2) - reach, grid.x)));
  const lastColumn = Math.min(grid.width - 1, Math.ceil(node(Math.max(x1, x2) + reach, grid.x)));
  const firstRow = Math.max(0, Math.floor(node(Math.min(y1, y2) - reach, grid.y)));
  const lastRow = Math.min(grid.height - 1, Math.ceil(node(Math.max(y1, y2) + reach, grid.y)));
  const dx = x2 - x1;
  const dy = y2 - y1;
  const length2 = dx * dx + dy * dy;
  // plain numbers: this runs for each node near each step of a stroke
  for (let row = firstRow; row <= lastRow; row += 1) {
    const fromY = grid.y + row * STEP_PX - y1;
    for (let column = firstColumn; column <= lastColumn; column += 1) {
      const k = row * grid.width + column;
      const now = field[k]!;
      if (now <= -BAND_PX) continue;
      const fromX = grid.x + column * STEP_PX - x1;
      const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (fromX * dx + fromY * dy) / length2));
      const offX = fromX - t * dx;
      const offY = fromY - t * dy;
      const off2 = offX * offX + offY * offY;
      const below = now + radiusPx;
      if (off2 < below * below) field[k] = Math.max(-BAND_PX, Math.sqrt(off2) - radiusPx);
    }
  }
}

function ontoBorder(point: Point, borders: Edge[]): Point {
  let onEdge = point;
  let vertex = point;
  let edgeAway = ON_BORDER_PX;
  let vertexAway = ON_VERTEX_PX;
  const [x, y] = point;
  for (const edge of borders) {
    const [x1, y1, x2, y2] = edge;
    if (x < Math.min(x1, x2) - ON_VERTEX_PX || x > Math.max(x1, x2) + ON_VERTEX_PX) continue;
    if (y < Math.min(y1, y2) - ON_VERTEX_PX || y > Math.max(y1, y2) + ON_VERTEX_PX) continue;
    const foot = nearestOn([x1, y1], [x2, y2], point).point;
    const away = distance(point, foot);
    if (away > ON_VERTEX_PX) continue;
    if (away < edgeAway) [onEdge, edgeAway] = [foot, away];
    const corner: Point = [x1, y1];
    const cornerAway = distance(point, corner);
    if (cornerAway < vertexAway) [vertex, vertexAway] = [corner, cornerAway];
  }
  return vertexAway < ON_VERTEX_PX ? vertex : onEdge;
}

/**
 * The lines where the field is zero, the inside always on the same hand. Where two corners of a
 * cell across from each other are inside, they are kept apart.
 */
function zeroLines(field: Float64Array, { x, y, width, height }: Grid): Polygon[] {
  const next = new Map<number, number>();
  const crossing = (a: number, b: number) => 2 * Math.min(a, b) + (Math.abs(a - b) === 1 ? 0 : 1);
  for (let row = 0; row + 1 < height; row += 1) {
    for (let column = 0; column + 1 < width; column += 1) {
      const k = row * width + column;
      const round = [k, k + 1, k + width + 1, k + width]; // clockwise on the screen
      const inside = round.map((node) => field[node]! < 0);
      if (inside[0] === inside[1] && inside[1] === inside[2] && inside[2] === inside[3]) continue;
      for (let i = 0; i < 4; i += 1) {
        if (!inside[i] || inside[(i + 3) % 4]) continue; // the inside begins here
        let last = i;
        while (inside[(last + 1) % 4]) last += 1;
        next.set(
          crossing(round[(i + 3) % 4]!, round[i]!),
          crossing(round[last % 4]!, round[(last + 1) % 4]!),
        );
      }
    }
  }
  const place = (id: number): Point => {
    const a = id >> 1;
    const b = id % 2 === 0 ? a + 1 : a + width;
    const t = field[a]! / (field[a]! - field[b]!);
    const column = (a % width) + (id % 2 === 0 ? t : 0);
    const down = Math.floor(a / width) + (id % 2 === 0 ? 0 : t);
    return [x + column * STEP_PX, y + down * STEP_PX];
  };
  const loops: Polygon[] = [];
  for (const [start] of next) {
    if (!next.has(start)) continue;
    const loop: Polygon = [];
    for (let at: number | undefined = start; at !== undefined && next.has(at); ) {
      loop.push(place(at));
      const to: number = next.get(at)!;
      next.delete(at);
      at = to;
    }
    loops.push(loop);
  }
  return loops;
}
