/** Wall thickness in the 16 short-axis segments: the twin of cmrkit.volumes.wall_thickness, which says how. */
import { areaAndCentre } from './blend';
import { edgesOf, type Parts, type Point } from './geometry';
import type { Outline } from './volumes';

export const N_SEGMENTS = 16;
const RAYS = 180;
const RING_OF_SIX = [2, 3, 4, 5, 6, 1];
const RING_OF_FOUR = [14, 15, 16, 13];
/** LPS: the anterior wall of the LV faces front and up. */
const FACING_ANTERIOR = [0, -1, 1];
const RADIANS = Math.PI / 180;

export interface WallThickness {
  phase: number;
  /** Mean thickness of AHA segment k + 1 in mm. */
  segments_mm: (number | null)[];
  /** The slices behind each segment. */
  slices_of: number[][];
  mean_mm: number | null;
  max_mm: number | null;
  oriented_by: 'insertion' | 'rv' | 'none';
  notes: string[];
}

export interface WallGeometry {
  pixel_spacing_mm: readonly [number, number];
  row_direction: readonly number[];
  column_direction: readonly number[];
}

export interface WallOptions {
  /** Anterior insertion of the RV: slice, column, row. */
  insertion?: readonly [number, number, number] | null;
  basal_slice?: number | null;
  apical_slice?: number | null;
}

/** Contours of one phase in mm within their planes, by slice and structure. */
type Outlines = Map<number, Map<string, Parts>>;

export function wallThickness(meta: WallGeometry, all: Outline[], phase: number, options: WallOptions = {}): WallThickness {
  const outlines = outlinesMm(meta, all, phase);
  const slices = fromBase(outlines, options.basal_slice ?? null, options.apical_slice ?? null);
  const values = Array.from({ length: N_SEGMENTS }, (): number[] => []);
  const slicesOf = Array.from({ length: N_SEGMENTS }, () => new Set<number>());
  if (slices.length < 3) return summed(phase, values, slicesOf, 'none', ['Wall thickness needs three slices with both LV contours.']);
  const { middle, sense, by, notes } = orientation(meta, outlines, slices, options.insertion ?? null);
  let openRays = 0;
  slices.forEach((slice, i) => {
    const [endo, epi] = [outlines.get(slice)!.get('lv_endo')!, outlines.get(slice)!.get('lv_epi')!];
    const centre = centreOf(endo);
    for (let k = 0; k < RAYS; k += 1) {
      const degrees = ((2 * k + 1) * 180) / RAYS;
      const angle = middle + sense * degrees * RADIANS;
      const [inner, outer] = [crossing(endo, centre, angle), crossing(epi, centre, angle)];
      if (inner === null || outer === null || outer < inner) {
        openRays += 1;
        continue;
      }
      const segment = segmentAt(Math.floor((3 * i) / slices.length), degrees) - 1;
      values[segment]!.push(outer - inner);
      slicesOf[segment]!.add(slice);
    }
  });
  if (openRays > 0) notes.push(`${openRays} of ${RAYS * slices.length} rays met no wall and were left out.`);
  return summed(phase, values, slicesOf, by, notes);
}

function summed(phase: number, values: number[][], slicesOf: Set<number>[], by: WallThickness['oriented_by'], notes: string[]): WallThickness {
  const everything = values.flat();
  return {
    phase,
    segments_mm: values.map(mean),
    slices_of: slicesOf.map((slices) => [...slices].sort((a, b) => a - b)),
    mean_mm: mean(everything),
    max_mm: everything.reduce<number | null>((most, v) => (most === null || v > most ? v : most), null),
    oriented_by: by,
    notes,
  };
}

function outlinesMm(meta: WallGeometry, all: Outline[], phase: number): Outlines {
  const [betweenRows, betweenColumns] = meta.pixel_spacing_mm;
  const found: Outlines = new Map();
  for (const outline of all) {
    if (outline.phase !== phase) continue;
    const closed = outline.parts.filter((part) => part.length >= 3).map((part) => part.map(([x, y]): Point => [x * betweenColumns, y * betweenRows]));
    if (closed.length === 0) continue;
    if (!found.has(outline.slice)) found.set(outline.slice, new Map());
    found.get(outline.slice)!.set(outline.structure, closed);
  }
  return found;
}

/** Slices with both LV contours, base first. */
function fromBase(outlines: Outlines, basal: number | null, apical: number | null): number[] {
  const slices = [...outlines.keys()].filter((s) => outlines.get(s)!.has('lv_endo') && outlines.get(s)!.has('lv_epi')).sort((a, b) => a - b);
  if (basal !== null && apical !== null) {
    const inside = slices.filter((s) => Math.min(basal, apical) <= s && s <= Math.max(basal, apical));
    return basal <= apical ? inside : inside.reverse();
  }
  const third = Math.max(1, Math.floor(slices.length / 3));
  const size = (some: number[]) =>
    some.reduce((sum, s) => sum + outlines.get(s)!.get('lv_epi')!.reduce((area, part) => area + Math.abs(areaAndCentre(part).area), 0), 0);
  return size(slices.slice(0, third)) >= size(slices.slice(-third)) ? slices : slices.reverse();
}

interface Orientation {
  /** Angle of the middle of the septum, from the column direction towards the row direction. */
  middle: number;
  /** The turn towards the inferior wall. */
  sense: 1 | -1;
  by: WallThickness['oriented_by'];
  notes: string[];
}

function orientation(meta: WallGeometry, outlines: Outlines, slices: number[], insertion: readonly [number, number, number] | null): Orientation {
  const rv = directionOfRv(outlines);
  if (insertion !== null) {
    const [slice, column, row] = insertion;
    const near = slices.reduce((best, s) => (Math.abs(s - slice) < Math.abs(best - slice) || (Math.abs(s - slice) === Math.abs(best - slice) && s < best) ? s : best));
    const [cx, cy] = centreOf(outlines.get(near)!.get('lv_endo')!);
    const [x, y] = [column * meta.pixel_spacing_mm[1] - cx, row * meta.pixel_spacing_mm[0] - cy];
    const angle = Math.atan2(y, x);
    if (rv === null) {
      return { middle: angle - 60 * RADIANS, sense: -1, by: 'insertion', notes: ['No RV contour: the image is taken as seen from the apex.'] };
    }
    const sense = x * Math.sin(rv) - y * Math.cos(rv) >= 0 ? 1 : -1;
    return { middle: angle + sense * 60 * RADIANS, sense, by: 'insertion', notes: [] };
  }
  if (rv === null) {
    return { middle: Math.PI, sense: -1, by: 'none', notes: ['Unoriented: no RV contour and no insertion point; septum taken to the left.'] };
  }
  const along = (direction: readonly number[]) => direction.reduce((sum, v, i) => sum + v * FACING_ANTERIOR[i]!, 0);
  // the insertion that faces front and up is the anterior one
  const cross = Math.cos(rv) * along(meta.column_direction) - Math.sin(rv) * along(meta.row_direction);
  return { middle: rv, sense: cross >= 0 ? -1 : 1, by: 'rv', notes: [] };
}

function directionOfRv(outlines: Outlines): number | null {
  let [x, y, found] = [0, 0, false];
  for (const here of outlines.values()) {
    const [rv, lv] = [here.get('rv_endo'), here.get('lv_endo')];
    if (!rv || !lv) continue;
    const [r, l] = [centreOf(rv), centreOf(lv)];
    [x, y, found] = [x + r[0] - l[0], y + r[1] - l[1], true];
  }
  return found ? Math.atan2(y, x) : null;
}

/** AHA segment at an angle from the middle of the septum towards the inferior wall. */
function segmentAt(level: number, degrees: number): number {
  if (level === 2) return RING_OF_FOUR[Math.floor(((degrees + 45) % 360) / 90)]!;
  return 6 * level + RING_OF_SIX[Math.floor(((degrees + 60) % 360) / 60)]!;
}

/** Distance along the ray to its outermost crossing with the contour. */
function crossing(parts: Parts, centre: Point, angle: number): number | null {
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  let farthest: number | null = null;
  for (const [x1, y1, x2, y2] of edgesOf(parts)) {
    const [ax, ay, bx, by] = [x1 - centre[0], y1 - centre[1], x2 - centre[0], y2 - centre[1]];
    const [sideA, sideB] = [ux * ay - uy * ax, ux * by - uy * bx];
    if (sideA <= 0 === sideB <= 0) continue;
    const t = sideA / (sideA - sideB);
    const along = ux * (ax + t * (bx - ax)) + uy * (ay + t * (by - ay));
    if (along > 0 && (farthest === null || along > farthest)) farthest = along;
  }
  return farthest;
}

function centreOf(parts: Parts): Point {
  const found = parts.map(areaAndCentre);
  return found.reduce((best, part) => (Math.abs(part.area) > Math.abs(best.area) ? part : best)).centre;
}

const mean = (values: number[]): number | null => (values.length > 0 ? values.reduce((sum, v) => sum + v, 0) / values.length : null);
