import { describe, expect, it } from 'vitest';

import { fit, toCanvas, toImage, zoomed } from './view';

describe('image and canvas', () => {
  const view = fit(800, 600, 256, 200, 1.25);

  it('puts the centre of the first pixel half a pixel inside the image', () => {
    const [x, y] = toCanvas(view, [0, 0]);
    expect(x).toBeCloseTo(view.x + view.scale / 2);
    expect(y).toBeCloseTo(view.y + (view.scale * 1.25) / 2);
  });

  it('goes there and back', () => {
    const [column, row] = toImage(view, toCanvas(view, [37.25, 190.5]));
    expect(column).toBeCloseTo(37.25);
    expect(row).toBeCloseTo(190.5);
  });

  it('zooms around the pointer', () => {
    const before = toImage(view, [321, 222]);
    const after = toImage(zoomed(view, [321, 222], 1.7), [321, 222]);
    expect(after[0]).toBeCloseTo(before[0]);
    expect(after[1]).toBeCloseTo(before[1]);
  });
});
