/** A stack of parallel slices as a volume, and the body's own planes through it. */
import { along, dot, type StackPlanes, type Vector } from './plane';

export type BodyPlane = 'axial' | 'coronal' | 'sagittal';

/** Values of the slices in the stack's order, row-major each. */
export interface Volume {
  stack: StackPlanes;
  slices: ArrayLike<number>[];
}

/** Where a reformatted image lies: `origin` is the centre of its first pixel, pixels are square. */
export interface Cut {
  origin: Vector;
  /** Unit vectors along the columns' and the rows' index. */
  right: Vector;
  down: Vector;
  pixelMm: number;
  columns: number;
  rows: number;
}

/** As radiologists look at them: the patient's left on the right, front or head up. */
const DIRECTIONS: Record<BodyPlane, { right: Vector; down: Vector; through: Vector }> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0], through: [0, 0, 1] },
  coronal: { right: [1, 0, 0], down: [0, 0, -1], through: [0, 1, 0] },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1], through: [1, 0, 0] },
};

export const directionsOf = (plane: BodyPlane) => DIRECTIONS[plane];

/** From one slice to the next: through any gap, in equal parts. */
function sliceStep(stack: StackPlanes): Vector {
  const first = stack.slice_positions_mm[0]!;
  const last = stack.slice_positions_mm[stack.n_slices - 1]!;
  const n = Math.max(1, stack.n_slices - 1);
  return [(last[0] - first[0]) / n, (last[1] - first[1]) / n, (last[2] - first[2]) / n];
}

function corners(stack: StackPlanes): Vector[] {
  const [rowMm, columnMm] = stack.pixel_spacing_mm;
  const found: Vector[] = [];
  for (const slice of [0, stack.n_slices - 1]) {
    for (const column of [0, stack.columns - 1]) {
      for (const row of [0, stack.rows - 1]) {
        const start = along(stack.slice_positions_mm[slice]!, stack.row_direction, column * columnMm);
        found.push(along(start, stack.column_direction, row * rowMm));
      }
    }
  }
  return found;
}

export function middleOf(stack: StackPlanes): Vector {
  const all = corners(stack);
  const mean = (axis: 0 | 1 | 2) => all.reduce((sum, c) => sum + c[axis], 0) / all.length;
  return [mean(0), mean(1), mean(2)];
}

/** The range of the volume along a direction, in mm from the patient's origin. */
export function rangeMm(stack: StackPlanes, direction: Vector): [number, number] {
  const values = corners(stack).map((c) => dot(c, direction));
  return [Math.min(...values), Math.max(...values)];
}

/** The body's plane through a point, as large as the volume, as fine as its finest step. */
export function cutThrough(stack: StackPlanes, plane: BodyPlane, point: Vector): Cut {
  const { right, down, through } = DIRECTIONS[plane];
  const [left, rightEnd] = rangeMm(stack, right);
  const [top, bottom] = rangeMm(stack, down);
  const pixelMm = Math.min(...stack.pixel_spacing_mm);
  const inPlane = along(along([0, 0, 0], right, left), down, top);
  return {
    origin: along(inPlane, through, dot(point, through)),
    right,
    down,
    pixelMm,
    columns: Math.floor((rightEnd - left) / pixelMm) + 1,
    rows: Math.floor((bottom - top) / pixelMm) + 1,
  };
}

/** Patient mm to (column, row, slice) of the volume: rows of the inverse of its three steps. */
function inverseSteps(stack: StackPlanes): [Vector, Vector, Vector] {
  const [rowMm, columnMm] = stack.pixel_spacing_mm;
  const a = along([0, 0, 0], stack.row_direction, columnMm);
  const b = along([0, 0, 0], stack.column_direction, rowMm);
  const c = sliceStep(stack);
  const product = (u: Vector, v: Vector): Vector => [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  const size = dot(a, product(b, c));
  const scaled = (v: Vector): Vector => [v[0] / size, v[1] / size, v[2] / size];
  return [scaled(product(b, c)), scaled(product(c, a)), scaled(product(a, b))];
}

/** Trilinear values on a cut, row-major; `outside` where the volume doesn't reach. Needs two slices or more. */
export function reformat(volume: Volume, cut: Cut, outside = 0): Float32Array {
  const { stack, slices } = volume;
  const steps = inverseSteps(stack);
  const base = along(cut.origin, stack.slice_positions_mm[0]!, -1);
  const start = steps.map((s) => dot(base, s));
  const perColumn = steps.map((s) => dot(cut.right, s) * cut.pixelMm);
  const perRow = steps.map((s) => dot(cut.down, s) * cut.pixelMm);
  const out = new Float32Array(cut.columns * cut.rows);
  for (let row = 0; row < cut.rows; row += 1) {
    for (let column = 0; column < cut.columns; column += 1) {
      const at = (k: 0 | 1 | 2) => start[k]! + column * perColumn[k]! + row * perRow[k]!;
      out[row * cut.columns + column] = sample(slices, stack.rows, stack.columns, at(0), at(1), at(2), outside);
    }
  }
  return out;
}

// rounding must not push the outermost pixels out of the volume
const SLACK = 1e-6;

function sample(slices: ArrayLike<number>[], rows: number, columns: number, x: number, y: number, z: number, outside: number): number {
  if (x < -SLACK || y < -SLACK || z < -SLACK || x > columns - 1 + SLACK || y > rows - 1 + SLACK || z > slices.length - 1 + SLACK) return outside;
  const x0 = Math.min(Math.max(Math.floor(x), 0), Math.max(0, columns - 2));
  const y0 = Math.min(Math.max(Math.floor(y), 0), Math.max(0, rows - 2));
  const z0 = Math.min(Math.max(Math.floor(z), 0), Math.max(0, slices.length - 2));
  const first = y0 * columns + x0;
  const low = bilinear(slices[z0]!, first, columns, x - x0, y - y0);
  const high = bilinear(slices[z0 + 1] ?? slices[z0]!, first, columns, x - x0, y - y0);
  return low + (high - low) * (z - z0);
}

function bilinear(values: ArrayLike<number>, first: number, columns: number, fx: number, fy: number): number {
  const top = values[first]! + (values[first + 1]! - values[first]!) * fx;
  const below = first + columns;
  const bottom = values[below]! + (values[below + 1]! - values[below]!) * fx;
  return top + (bottom - top) * fy;
}
