import { describe, expect, it } from 'vitest';

import { MOST_PARTS, MOST_POINTS, storable } from '../../cmr/edit';
import type { Parts, Point } from '../../cmr/geometry';
import { polygonAreaPx } from '../../cmr/area';
import type { Pointer, Stage } from './gesture';
import { maskTools } from './mask';

const SIZE = 64;
const at = (x: number, y: number): Pointer => ({ canvas: [x, y], image: [x, y], button: 0, shift: false, control: false, alt: false });

/** Stripes of a bright pool with dark pixels in it, and bright ones beside it. */
const noisy = {
  rows: SIZE,
  columns: SIZE,
  values: Float32Array.from({ length: SIZE * SIZE }, (_, k) => {
    const [row, column] = [Math.floor(k / SIZE), k % SIZE];
    const pool = Math.hypot(row - 32, column - 32) < 14;
    const odd = row % 3 === 0 && column % 3 === 0;
    return pool !== odd ? 100 : 0;
  }),
};

/** What a press there, moved a little, leaves of an empty contour. */
function painted(tool: string): Parts {
  let stored: Parts = [];
  const target = { structure: 'lv_endo', color: '#fff', parts: [], edit: (parts: Parts | null) => (stored = parts ?? []) };
  const stage = { frame: noisy, target, repaint: () => undefined } as unknown as Stage;
  const gesture = maskTools.find(({ id }) => id === tool)!.begin(at(32, 32), stage)!;
  for (let x = 12; x < 52; x += 2) gesture.move(at(x, 32));
  gesture.release(at(52, 32));
  return stored;
}

describe('painting in noise', () => {
  it.each(['threshold-brush', 'fill'])('%s leaves no more parts than a contour may have', (tool) => {
    const parts = painted(tool);
    expect(parts).toHaveLength(MOST_PARTS);
    expect(polygonAreaPx(parts)).toBeGreaterThan(100);
  });

  it('keeps the largest parts in their order, and few enough points of each', () => {
    const square = (size: number): Point[] => [[0, 0], [size, 0], [size, size], [0, size]];
    const sizes = [3, ...Array.from({ length: MOST_PARTS }, (_, i) => 30 - i), 2];
    expect(storable(sizes.map(square))).toEqual(sizes.slice(1, -1).map(square));
    const ragged = Array.from({ length: 5000 }, (_, i): Point => [50 * Math.cos(i / 795.8) + (i % 2) * 0.1, 50 * Math.sin(i / 795.8)]);
    expect(storable([ragged])[0]!.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(storable([square(9)])).toEqual([square(9)]);
  });
});
