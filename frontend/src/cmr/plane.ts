/**
 * Where a pixel lies in the patient (DICOM LPS, millimetres): the twin of cmrkit.geometry.plane.
 * Image coordinates are (column, row) with (0, 0) at the centre of the first pixel.
 */
import type { Point } from './geometry';

export type Vector = readonly [x: number, y: number, z: number];

/** What of a stack says where its slices lie; names as on the wire. */
export interface StackPlanes {
  n_slices: number;
  rows: number;
  columns: number;
  /** Between rows, then between columns. */
  pixel_spacing_mm: readonly [number, number];
  row_direction: Vector;
  column_direction: Vector;
  slice_positions_mm: readonly Vector[];
  frame_of_reference_uid: string;
}

/** One image's plane: its directions are unit vectors, `origin` the centre of its first pixel. */
export interface Plane {
  origin: Vector;
  row: Vector;
  column: Vector;
  normal: Vector;
  rowSpacingMm: number;
  columnSpacingMm: number;
  rows: number;
  columns: number;
}

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** `a + b · factor`. */
export const along = (a: Vector, b: Vector, factor: number): Vector => [a[0] + b[0] * factor, a[1] + b[1] * factor, a[2] + b[2] * factor];

const minus = (a: Vector, b: Vector): Vector => along(a, b, -1);

function unit(v: Vector): Vector {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** The plane of one slice; null for a slice that the stack doesn't have. */
export function planeOf(stack: StackPlanes, slice: number): Plane | null {
  const origin = stack.slice_positions_mm[slice];
  if (!origin) return null;
  return {
    origin,
    row: stack.row_direction,
    column: stack.column_direction,
    normal: unit(cross(stack.row_direction, stack.column_direction)),
    rowSpacingMm: stack.pixel_spacing_mm[0],
    columnSpacingMm: stack.pixel_spacing_mm[1],
    rows: stack.rows,
    columns: stack.columns,
  };
}

export function toPatient(plane: Plane, [column, row]: Point): Vector {
  return along(along(plane.origin, plane.row, column * plane.columnSpacingMm), plane.column, row * plane.rowSpacingMm);
}

/** The foot of the perpendicular from a point, in image coordinates. */
export function toPlane(plane: Plane, point: Vector): Point {
  const from = minus(point, plane.origin);
  return [dot(from, plane.row) / plane.columnSpacingMm, dot(from, plane.column) / plane.rowSpacingMm];
}

/** Signed, along the normal. */
export const distanceMm = (plane: Plane, point: Vector): number => dot(minus(point, plane.origin), plane.normal);

export const centreOf = (plane: Plane): Vector => toPatient(plane, [(plane.columns - 1) / 2, (plane.rows - 1) / 2]);

/** Between 0 and 90: a plane has no front. */
export function angleDegrees(a: Plane, b: Plane): number {
  return (Math.acos(Math.min(1, Math.abs(dot(a.normal, b.normal)))) * 180) / Math.PI;
}

/** The slice whose plane lies nearest to a point. */
export function nearestSlice(stack: StackPlanes, point: Vector): number {
  let nearest = 0;
  let least = Infinity;
  for (let slice = 0; slice < stack.n_slices; slice += 1) {
    const plane = planeOf(stack, slice);
    const away = plane ? Math.abs(distanceMm(plane, point)) : Infinity;
    if (away < least) {
      least = away;
      nearest = slice;
    }
  }
  return nearest;
}

/**
 * The reference line: where `other` cuts `plane`, in `plane`'s image coordinates, as long as it lies
 * in both images. null where the planes are parallel or the images don't meet.
 */
export function crossing(plane: Plane, other: Plane): [Point, Point] | null {
  const direction = cross(plane.normal, other.normal);
  const length = Math.hypot(...direction);
  if (length < 1e-6) return null;
  // from the middle of the image within its plane to the nearest point of the line
  const middle = centreOf(plane);
  const within = unit(cross(direction, plane.normal));
  const start = along(middle, within, -distanceMm(other, middle) / dot(within, other.normal));
  const step = unit(direction);
  let span: [number, number] = [-Infinity, Infinity];
  for (const image of [plane, other]) span = clipped(span, image, start, step);
  return span[0] < span[1] ? [toPlane(plane, along(start, step, span[0])), toPlane(plane, along(start, step, span[1]))] : null;
}

/** The part of a line's span (mm from `start`) that lies over an image, half a pixel around the outer centres. */
function clipped(span: [number, number], image: Plane, start: Vector, step: Vector): [number, number] {
  const from = toPlane(image, start);
  const to = toPlane(image, along(start, step, 1));
  const sizes = [image.columns, image.rows];
  let [low, high] = span;
  for (const axis of [0, 1] as const) {
    const speed = to[axis] - from[axis];
    const edges = [-0.5 - from[axis], sizes[axis]! - 0.5 - from[axis]] as const;
    if (Math.abs(speed) < 1e-9) {
      if (edges[0] > 0 || edges[1] < 0) return [0, 0];
      continue;
    }
    low = Math.max(low, Math.min(edges[0] / speed, edges[1] / speed));
    high = Math.min(high, Math.max(edges[0] / speed, edges[1] / speed));
  }
  return [low, high];
}
