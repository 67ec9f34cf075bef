import type { Parts, Point } from '../cmr/geometry';

/** How the image lies on the canvas: image pixel centres at whole numbers, canvas in CSS pixels. */
export interface View {
  scale: number; // CSS pixels per image column
  ratio: number; // row height over column width, for pixels that are not square
  x: number; // CSS position of the image's first corner
  y: number;
  turn: Turn; // quarter turns clockwise
  flip: boolean; // mirrored left to right, before it is turned
}

export type Turn = 0 | 1 | 2 | 3;
export interface Orientation {
  turn: Turn;
  flip: boolean;
}

export const UPRIGHT: Orientation = { turn: 0, flip: false };

/** Columns of the matrix that turns and mirrors: where the image's right and down point to. */
export function axesOf({ turn, flip }: Orientation): [right: Point, down: Point] {
  const [right, down] = ([[[1, 0], [0, 1]], [[0, 1], [-1, 0]], [[-1, 0], [0, -1]], [[0, -1], [1, 0]]] as [Point, Point][])[turn]!;
  return flip ? [[-right[0], -right[1]], down] : [right, down];
}

export function fit(width: number, height: number, rows: number, columns: number, ratio: number, orientation: Orientation = UPRIGHT): View {
  const sideways = orientation.turn % 2 === 1;
  const [across, tall] = sideways ? [rows * ratio, columns] : [columns, rows * ratio];
  const scale = Math.min(width / across, height / tall) * 0.98;
  return centred({ scale, ratio, x: 0, y: 0, ...orientation }, [(columns - 1) / 2, (rows - 1) / 2], [width / 2, height / 2]);
}

/** In a canvas of another size: the whole image stays whole; a view that was chosen keeps its scale and its middle. */
export function resized(view: View, before: Point, after: Point, rows: number, columns: number): View {
  const whole = fit(...before, rows, columns, view.ratio, view);
  const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;
  if (near(view.scale, whole.scale) && near(view.x, whole.x) && near(view.y, whole.y)) return fit(...after, rows, columns, view.ratio, view);
  return centred(view, toImage(view, [before[0] / 2, before[1] / 2]), [after[0] / 2, after[1] / 2]);
}

/** The same view with an image point under a canvas point. */
export function centred(view: View, image: Point, canvas: Point): View {
  const now = toCanvas(view, image);
  return { ...view, x: view.x + canvas[0] - now[0], y: view.y + canvas[1] - now[1] };
}

/** Pixel (0, 0) is the centre of the first pixel, half a pixel inside the image's edge. */
export function toCanvas(view: View, [column, row]: Point): Point {
  const [right, down] = axesOf(view);
  const u = (column + 0.5) * view.scale;
  const v = (row + 0.5) * view.scale * view.ratio;
  return [view.x + u * right[0] + v * down[0], view.y + u * right[1] + v * down[1]];
}

export function toImage(view: View, [x, y]: Point): Point {
  const [right, down] = axesOf(view);
  const [dx, dy] = [x - view.x, y - view.y];
  // the matrix only turns and mirrors: its inverse is its transpose
  const u = dx * right[0] + dy * right[1];
  const v = dx * down[0] + dy * down[1];
  return [u / view.scale - 0.5, v / (view.scale * view.ratio) - 0.5];
}

/** Zoom by a factor with the point under the pointer standing still. */
export function zoomed(view: View, at: Point, factor: number): View {
  const scale = Math.min(Math.max(view.scale * factor, 0.2), 40);
  return centred({ ...view, scale }, toImage(view, at), at);
}

/** Turned and mirrored with the image point in the middle of the canvas standing still. */
export function oriented(view: View, orientation: Orientation, [width, height]: Point): View {
  const middle: Point = [width / 2, height / 2];
  return centred({ ...view, ...orientation }, toImage(view, middle), middle);
}

/** The view that shows a box of the image as large as it fits. */
export function showing(view: View, low: Point, high: Point, width: number, height: number): View {
  const sideways = view.turn % 2 === 1;
  const [w, h] = [high[0] - low[0], (high[1] - low[1]) * view.ratio];
  const [across, tall] = sideways ? [h, w] : [w, h];
  const scale = Math.min(Math.max(Math.min(width / across, height / tall), 0.2), 40);
  return centred({ ...view, scale }, [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2], [width / 2, height / 2]);
}

/** The box around contours with some room; the middle half of the image where there are none. */
export function boxOf(parts: Parts, rows: number, columns: number): [low: Point, high: Point] {
  const points = parts.flat();
  if (points.length === 0) return [[columns / 4, rows / 4], [(3 * columns) / 4, (3 * rows) / 4]];
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  const [x1, x2, y1, y2] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = 0.25 * Math.max(x2 - x1, y2 - y1);
  return [[x1 - room, y1 - room], [x2 + room, y2 + room]];
}

/** Two fingers from one pair of canvas points to another: zoomed by how far they spread, moved with their middle. */
export function pinched(view: View, [a, b]: [Point, Point], [c, d]: [Point, Point]): View {
  const [before, after] = [Math.hypot(b[0] - a[0], b[1] - a[1]), Math.hypot(d[0] - c[0], d[1] - c[1])];
  const [from, to]: Point[] = [[(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], [(c[0] + d[0]) / 2, (c[1] + d[1]) / 2]];
  const grown = zoomed(view, from!, before > 0 ? after / before : 1);
  return { ...grown, x: grown.x + to![0] - from![0], y: grown.y + to![1] - from![1] };
}
