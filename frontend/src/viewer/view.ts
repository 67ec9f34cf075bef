import type { Point } from '../cmr/geometry';

/** How the image lies on the canvas: image pixel centres at whole numbers, canvas in CSS pixels. */
export interface View {
  scale: number; // CSS pixels per image column
  ratio: number; // row height over column width, for pixels that are not square
  x: number; // CSS position of the image's left edge
  y: number;
}

export function fit(width: number, height: number, rows: number, columns: number, ratio: number): View {
  const scale = Math.min(width / columns, height / (rows * ratio)) * 0.98;
  return { scale, ratio, x: (width - columns * scale) / 2, y: (height - rows * ratio * scale) / 2 };
}

/** Pixel (0, 0) is the centre of the first pixel, half a pixel inside the image's edge. */
export const toCanvas = (view: View, [column, row]: Point): Point => [
  view.x + (column + 0.5) * view.scale,
  view.y + (row + 0.5) * view.scale * view.ratio,
];

export const toImage = (view: View, [x, y]: Point): Point => [
  (x - view.x) / view.scale - 0.5,
  (y - view.y) / (view.scale * view.ratio) - 0.5,
];

/** Zoom by a factor with the point under the pointer standing still. */
export function zoomed(view: View, at: Point, factor: number): View {
  const scale = Math.min(Math.max(view.scale * factor, 0.2), 40);
  const by = scale / view.scale;
  return { ...view, scale, x: at[0] - (at[0] - view.x) * by, y: at[1] - (at[1] - view.y) * by };
}
