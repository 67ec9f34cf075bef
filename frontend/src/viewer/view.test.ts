import { describe, expect, it } from 'vitest';

import type { Point } from '../cmr/geometry';
import { fit, oriented, pinched, resized, showing, toCanvas, toImage, type Turn, type View, zoomed } from './view';

const ALL: View[] = ([0, 1, 2, 3] as Turn[]).flatMap((turn) =>
  [false, true].map((flip) => fit(800, 600, 256, 200, 1.25, { turn, flip })),
);
const close = (a: Point, b: Point) => a.forEach((v, i) => expect(v).toBeCloseTo(b[i]!, 8));

describe('image and canvas', () => {
  const view = fit(800, 600, 256, 200, 1.25);

  it('puts the centre of the first pixel half a pixel inside the image', () => {
    close(toCanvas(view, [0, 0]), [view.x + view.scale / 2, view.y + (view.scale * 1.25) / 2]);
  });

  it.each(ALL.map((v) => [`turn ${v.turn}, flip ${v.flip}`, v] as const))('goes there and back: %s', (_, v) => {
    close(toImage(v, toCanvas(v, [37.25, 190.5])), [37.25, 190.5]);
  });

  it.each(ALL.map((v) => [`turn ${v.turn}, flip ${v.flip}`, v] as const))('shows the whole image in the middle: %s', (_, v) => {
    const corners = ([[-0.5, -0.5], [199.5, -0.5], [199.5, 255.5], [-0.5, 255.5]] as Point[]).map((p) => toCanvas(v, p));
    close(toCanvas(v, [99.5, 127.5]), [400, 300]);
    for (const [x, y] of corners) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(800);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(600);
    }
  });

  it('turns clockwise: what was on the right is below', () => {
    const turned = fit(800, 600, 256, 200, 1, { turn: 1, flip: false });
    expect(toCanvas(turned, [199, 128])[1]).toBeGreaterThan(toCanvas(turned, [0, 128])[1]);
    const mirrored = fit(800, 600, 256, 200, 1, { turn: 0, flip: true });
    expect(toCanvas(mirrored, [199, 128])[0]).toBeLessThan(toCanvas(mirrored, [0, 128])[0]);
  });

  it.each(ALL.map((v) => [`turn ${v.turn}, flip ${v.flip}`, v] as const))('zooms around the pointer: %s', (_, v) => {
    close(toImage(zoomed(v, [321, 222], 1.7), [321, 222]), toImage(v, [321, 222]));
  });

  it('turns around the middle of the canvas', () => {
    const moved = zoomed({ ...view, x: 40 }, [100, 100], 2);
    close(toImage(oriented(moved, { turn: 3, flip: true }, [800, 600]), [400, 300]), toImage(moved, [400, 300]));
  });

  it('shows a box of the image', () => {
    for (const v of ALL) {
      const shown = showing(v, [80, 100], [120, 150], 800, 600);
      close(toCanvas(shown, [100, 125]), [400, 300]);
      const [x, y] = toCanvas(shown, [80, 100]);
      expect(Math.max(Math.abs(x - 400) / 400, Math.abs(y - 300) / 300)).toBeCloseTo(1);
    }
  });
});

describe('two fingers', () => {
  it('keep the image points under them', () => {
    const view = fit(800, 600, 256, 200, 1.25);
    const [a, b, c, d]: Point[] = [[300, 200], [400, 300], [280, 260], [480, 460]];
    const now = pinched(view, [a!, b!], [c!, d!]);
    expect(now.scale).toBeCloseTo(2 * view.scale, 9);
    close(toImage(now, c!), toImage(view, a!));
    close(toImage(now, d!), toImage(view, b!));
  });
});

describe('a canvas of another size', () => {
  it.each(ALL.map((v) => [`turn ${v.turn}, flip ${v.flip}`, v] as const))('shows the whole image still: %s', (_, v) => {
    expect(resized(v, [800, 600], [500, 700], 256, 200)).toEqual(fit(500, 700, 256, 200, 1.25, v));
  });

  it.each(ALL.map((v) => [`turn ${v.turn}, flip ${v.flip}`, v] as const))('keeps a chosen scale and its middle: %s', (_, v) => {
    const near = zoomed(v, [300, 250], 2.5);
    const after = resized(near, [800, 600], [800, 460], 256, 200);
    expect(after.scale).toBe(near.scale);
    close(toImage(after, [400, 230]), toImage(near, [400, 300]));
  });
});
