import { edgesOf, type Parts } from './geometry';

/**
 * Pixels whose centre lies inside, by the even-odd rule: the twin of cmrkit.geometry.rasterise.
 *
 * Ties are half-open: an edge belongs to the rows with min(y) <= row < max(y), and a crossing at x
 * turns over the pixels with column >= x. Row-major, 1 inside.
 */
export function rasterise(parts: Parts, rows: number, columns: number): Uint8Array {
  const turns = new Uint16Array(rows * (columns + 1));
  for (const [x1, y1, x2, y2] of edgesOf(parts)) {
    const first = Math.max(0, Math.ceil(Math.min(y1, y2)));
    const last = Math.min(rows - 1, Math.ceil(Math.max(y1, y2)) - 1);
    for (let row = first; row <= last; row += 1) {
      const x = x1 + ((row - y1) / (y2 - y1)) * (x2 - x1);
      const column = Math.min(Math.max(Math.ceil(x), 0), columns);
      turns[row * (columns + 1) + column]! += 1;
    }
  }
  const mask = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    let crossings = 0;
    for (let column = 0; column < columns; column += 1) {
      crossings += turns[row * (columns + 1) + column]!;
      mask[row * columns + column] = crossings % 2;
    }
  }
  return mask;
}
