/** Where a pixel lies in the patient (DICOM LPS, millimetres): the twin of cmrkit.geometry.plane. */
import type { Point } from './geometry';

export type Vec3 = [x: number, y: number, z: number];

export interface PlaneGeometry {
  rows: number;
  columns: number;
  /** Between rows, between columns, as DICOM PixelSpacing. */
  pixel_spacing_mm: [number, number];
  /** Unit vectors along the columns' index and along the rows'. */
  row_direction: Vec3;
  column_direction: Vec3;
  /** Of each slice, the centre of its first pixel. */
  slice_positions_mm: Vec3[];
}

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const along = (origin: Vec3, direction: Vec3, mm: number): Vec3 => [
  origin[0] + mm * direction[0],
  origin[1] + mm * direction[1],
  origin[2] + mm * direction[2],
];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const lengthOf = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);

/** Unit normal of the stack's planes: row direction × column direction. */
export function normalOf(meta: PlaneGeometry): Vec3 {
  const n = cross(meta.row_direction, meta.column_direction);
  const length = lengthOf(n);
  return [n[0] / length, n[1] / length, n[2] / length];
}

/** (column, row) of a slice to LPS mm. */
export function toPatient(meta: PlaneGeometry, slice: number, [column, row]: Point): Vec3 {
  const [betweenRows, betweenColumns] = meta.pixel_spacing_mm;
  const at = along(meta.slice_positions_mm[slice]!, meta.row_direction, column * betweenColumns);
  return along(at, meta.column_direction, row * betweenRows);
}

/** LPS mm to (column, row) of a slice, and the signed distance to its plane in mm. */
export function toPlane(meta: PlaneGeometry, slice: number, at: Vec3): { point: Point; distanceMm: number } {
  const [betweenRows, betweenColumns] = meta.pixel_spacing_mm;
  const from = minus(at, meta.slice_positions_mm[slice]!);
  return {
    point: [dot(from, meta.row_direction) / betweenColumns, dot(from, meta.column_direction) / betweenRows],
    distanceMm: dot(from, normalOf(meta)),
  };
}

/** The slice whose plane is nearest to a place in the patient, and how far it is. */
export function nearestSlice(meta: PlaneGeometry, at: Vec3): { slice: number; distanceMm: number } {
  let best = { slice: 0, distanceMm: Infinity };
  meta.slice_positions_mm.forEach((_, slice) => {
    const distanceMm = Math.abs(toPlane(meta, slice, at).distanceMm);
    if (distanceMm < best.distanceMm) best = { slice, distanceMm };
  });
  return best;
}

/** The middle of a slice's image, in the patient. */
export const middleOf = (meta: PlaneGeometry, slice: number): Vec3 =>
  toPatient(meta, slice, [(meta.columns - 1) / 2, (meta.rows - 1) / 2]);

/** The angle between the planes of two stacks, 0 to 90 degrees. */
export function angleBetween(a: PlaneGeometry, b: PlaneGeometry): number {
  return (Math.acos(Math.min(1, Math.abs(dot(normalOf(a), normalOf(b))))) * 180) / Math.PI;
}

/**
 * Where the plane of another stack's slice cuts this slice: the part of that line inside this image
 * and inside the other one. null where the planes are parallel or don't meet within both images.
 */
export function referenceLine(on: PlaneGeometry, slice: number, other: PlaneGeometry, otherSlice: number): [Point, Point] | null {
  const [betweenRows, betweenColumns] = on.pixel_spacing_mm;
  const normal = normalOf(other);
  const origin = other.slice_positions_mm[otherSlice]!;
  // distance of pixel (c, r) to the other plane: a·c + b·r + d
  const a = dot(on.row_direction, normal) * betweenColumns;
  const b = dot(on.column_direction, normal) * betweenRows;
  const d = dot(minus(on.slice_positions_mm[slice]!, origin), normal);
  const steepness = Math.hypot(a, b);
  if (steepness < 1e-6) return null;
  const foot: Point = [(-a * d) / steepness ** 2, (-b * d) / steepness ** 2];
  const step: Point = [-b / steepness, a / steepness];
  const at = (t: number): Point => [foot[0] + t * step[0], foot[1] + t * step[1]];
  let range = clipped([-1e9, 1e9], foot, step, on.columns, on.rows);
  // the same line in the other image's pixels is straight as well: clip it there too
  const seen = (t: number): Point => toPlane(other, otherSlice, toPatient(on, slice, at(t))).point;
  const otherFoot = seen(0);
  const far = seen(1);
  range = clipped(range, otherFoot, [far[0] - otherFoot[0], far[1] - otherFoot[1]], other.columns, other.rows);
  return range[0] < range[1] ? [at(range[0]), at(range[1])] : null;
}

/** The part of a parameter range in which a line lies on an image. */
function clipped([low, high]: [number, number], foot: Point, step: Point, columns: number, rows: number): [number, number] {
  for (const [axis, size] of [
    [0, columns],
    [1, rows],
  ] as const) {
    if (Math.abs(step[axis]) < 1e-12) {
      if (foot[axis] < -0.5 || foot[axis] > size - 0.5) return [0, 0];
      continue;
    }
    const ends = [(-0.5 - foot[axis]) / step[axis], (size - 0.5 - foot[axis]) / step[axis]];
    low = Math.max(low, Math.min(...ends));
    high = Math.min(high, Math.max(...ends));
  }
  return [low, high];
}
