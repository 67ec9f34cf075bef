/**
 * A shape between two shapes: both are laid centre on centre, their signed distances are mixed, and
 * the zero line is the new shape (Herman et al. 1992, shape-based interpolation). Holes and several
 * parts come through where both shapes have them.
 */
import { resampled } from './outline';
import type { Parts, Point, Polygon } from './geometry';
import { gridAround, signedDistance, zeroLevel } from './level';

export type Blend = { parts: Parts } | { refused: string };

/** Shapes narrower than this are mixed on a finer grid, as their outlines bend more. */
const SMALL_PX = 24;
const SPACING_PX = 1.5;

/** `weightOfB` from 0 (a) to 1 (b); `ratio` is row height over column width, for pixels that are not square. */
export function blend(a: Parts, b: Parts, weightOfB: number, ratio = 1): Blend {
  const [mine, other] = [closedParts(a, ratio), closedParts(b, ratio)];
  if (mine.length === 0 || other.length === 0) return { refused: 'A contour is missing.' };
  if (mine.length !== other.length) return { refused: `One contour has ${count(mine)}, the other ${count(other)}.` };
  const [from, to] = [middle(mine), middle(other)];
  const at: Point = [from[0] + weightOfB * (to[0] - from[0]), from[1] + weightOfB * (to[1] - from[1])];
  const [mineHere, otherHere] = [shifted(mine, from, at), shifted(other, to, at)];
  const everything = [...mineHere, ...otherHere];
  const coarse = gridAround(everything, 1, 2);
  const grid = Math.min(coarse.width, coarse.height) < SMALL_PX ? gridAround(everything, 0.5, 2) : coarse;
  const values = signedDistance(mineHere, grid).values;
  signedDistance(otherHere, grid).values.forEach((distance, k) => {
    values[k] = (1 - weightOfB) * values[k]! + weightOfB * distance;
  });
  const found = zeroLevel({ ...grid, values });
  if (found.length !== mine.length) return { refused: 'The shapes differ too much: draw one between them.' };
  return { parts: found.map((part) => resampled(part, SPACING_PX).map(([x, y]): Point => [x, y / ratio])) };
}

/** The shape between, or null where there is none. */
export function blended(a: Parts, b: Parts, weightOfB: number): Parts | null {
  const found = blend(a, b, weightOfB);
  return 'parts' in found ? found.parts : null;
}

const closedParts = (parts: Parts, ratio: number): Parts =>
  parts.filter((part) => part.length >= 3).map((part) => part.map(([x, y]): Point => [x, y * ratio]));

const count = (parts: Parts): string => `${parts.length} part${parts.length === 1 ? '' : 's'}`;

const shifted = (parts: Parts, from: Point, to: Point): Parts =>
  parts.map((part) => part.map(([x, y]): Point => [x + to[0] - from[0], y + to[1] - from[1]]));

/** Centre of the largest part: the outline that holes lie in. */
function middle(parts: Parts): Point {
  const areas = parts.map((part) => Math.abs(areaAndCentre(part).area));
  return areaAndCentre(parts[areas.indexOf(Math.max(...areas))]!).centre;
}

/** Signed area and centre of area of a polygon, about its first point so that large coordinates cost no digits. */
export function areaAndCentre(polygon: Polygon): { area: number; centre: Point } {
  const [ox, oy] = polygon[0]!;
  let [twice, x, y] = [0, 0, 0];
  polygon.forEach(([px, py], i) => {
    const [qx, qy] = polygon[(i + 1) % polygon.length]!;
    const cross = (px - ox) * (qy - oy) - (qx - ox) * (py - oy);
    twice += cross;
    x += cross * (px + qx - 2 * ox);
    y += cross * (py + qy - 2 * oy);
  });
  const centre: Point = twice === 0 ? [ox, oy] : [ox + x / (3 * twice), oy + y / (3 * twice)];
  return { area: twice / 2, centre };
}
