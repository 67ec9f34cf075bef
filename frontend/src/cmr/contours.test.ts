import { describe, expect, it } from 'vitest';

import { polygonAreaPx } from './area';
import { combined, sweptDisc } from './clip';
import { dragged, gripAt, withoutPartAt, withPart } from './edit';
import { distance, type Parts, type Point, type Polygon } from './geometry';
import { crossesItself, isInside, nearestOn, resampled, signedAreaPx, simplified, smoothed, withoutLoops } from './outline';
import { alongContour, snapTo } from './snap';
import { controlled, outlineOf, splineThrough, withPointAdded, withPointMoved, withPointRemoved } from './spline';
import { closedStroke } from './stroke';

const circle = (x: number, y: number, r: number, n = 72): Polygon =>
  Array.from({ length: n }, (_, i) => [x + r * Math.cos((2 * Math.PI * i) / n), y + r * Math.sin((2 * Math.PI * i) / n)]);

const away = (polygon: Polygon, p: Point): number =>
  Math.min(...polygon.map((a, i) => distance(nearestOn(a, polygon[(i + 1) % polygon.length]!, p).point, p)));

/** Mean signed offset (outwards is positive) and largest, of points along b from the outline a. */
function offset(a: Polygon, b: Polygon): { mean: number; largest: number } {
  const along = resampled(b, 0.1);
  const signed = along.map((p) => (isInside([a], p) ? -1 : 1) * away(a, p));
  const largest = Math.max(...signed.map(Math.abs), ...resampled(a, 0.1).map((p) => away(b, p)));
  return { mean: signed.reduce((sum, v) => sum + v, 0) / signed.length, largest };
}

describe('a stroke', () => {
  it('is followed where the mouse stands on whole pixels of a small image', () => {
    const screenPx = 1 / 2.7;
    const hand = circle(40, 40, 12, 200);
    const stroke = hand.map(([x, y]): Point => [Math.round(x / screenPx) * screenPx, Math.round(y / screenPx) * screenPx]);
    const { mean, largest } = offset(circle(40, 40, 12, 720), closedStroke(stroke, screenPx)!);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(largest).toBeLessThan(0.3);
  });

  it('keeps few points and its area', () => {
    const drawn = closedStroke(circle(40, 40, 15, 400), 1 / 16)!;
    expect(drawn.length).toBeLessThan(90);
    expect(Math.abs(polygonAreaPx([drawn]) / (Math.PI * 225) - 1)).toBeLessThan(0.002);
    expect(offset(circle(40, 40, 15, 720), drawn).largest).toBeLessThan(0.05);
  });

  it('that was moved by half a pixel is seen as moved', () => {
    const drawn = closedStroke(circle(40.5, 40, 15, 400), 1 / 16)!;
    expect(offset(circle(40, 40, 15, 720), drawn).largest).toBeGreaterThan(0.3);
  });

  it('that runs past its beginning ends there, whether it crosses or not', () => {
    for (const drift of [-0.2, 0.2]) {
      const past = Array.from({ length: 220 }, (_, i): Point => {
        const angle = (2 * Math.PI * i) / 200;
        return [40 + (15 + (drift * i) / 200) * Math.cos(angle), 40 + (15 + (drift * i) / 200) * Math.sin(angle)];
      });
      const drawn = closedStroke(past, 1 / 16)!;
      expect(crossesItself(drawn)).toBe(false);
      expect(Math.abs(polygonAreaPx([drawn]) / (Math.PI * 15.1 ** 2) - 1)).toBeLessThan(0.03);
    }
  });

  it('of a slip is none', () => {
    expect(closedStroke([[1, 1], [2, 2]], 0.1)).toBeNull();
    expect(closedStroke(circle(40, 40, 0.4, 20), 0.1)).toBeNull();
    expect(closedStroke([[10, 10], [30, 10], [50, 10], [10, 10]], 0.1)).toBeNull();
    expect(closedStroke(Array.from({ length: 30 }, (): Point => [7, 7]), 0.1)).toBeNull();
  });
});

describe('an outline', () => {
  it('stays within the tolerance when points are dropped', () => {
    const fine = circle(20, 20, 9, 500);
    const few = simplified(fine, 0.05);
    expect(few.length).toBeLessThan(60);
    expect(Math.max(...fine.map((p) => away(few, p)))).toBeLessThanOrEqual(0.05);
  });

  it('keeps its radius when it is smoothed, and loses its noise', () => {
    const rough = circle(30, 30, 12, 300).map(([x, y], i): Point => [x + 0.4 * Math.sin(9 * i), y + 0.4 * Math.cos(7 * i)]);
    const even = smoothed(rough, 2);
    expect(offset(circle(30, 30, 12, 720), rough).largest).toBeGreaterThan(0.39);
    expect(offset(circle(30, 30, 12, 720), even).largest).toBeLessThan(0.2);
    expect(Math.abs(signedAreaPx(smoothed(circle(30, 30, 6), 2)) / (Math.PI * 36) - 1)).toBeLessThan(0.012);
  });

  it('loses the smaller side of a figure of eight', () => {
    const eight: Polygon = [[0, 0], [10, 10], [10, 0], [0, 10], [-20, 5]];
    const left = withoutLoops(eight);
    expect(crossesItself(eight)).toBe(true);
    expect(crossesItself(left)).toBe(false);
    expect(polygonAreaPx([left])).toBeGreaterThan(100);
  });
});

describe('a disc that pushes', () => {
  const lv: Parts = [circle(50, 50, 15)];

  it('makes the contour larger from inside, by exactly what it swept', () => {
    const grown = combined(lv, sweptDisc([50, 50], [60, 50], 6, 1), 'join')!;
    expect(grown).toHaveLength(1);
    expect(Math.max(...grown[0]!.map((p) => p[0]))).toBeCloseTo(66, 1);
    expect(Math.min(...grown[0]!.map((p) => p[0]))).toBeCloseTo(35, 1);
    expect(crossesItself(grown[0]!)).toBe(false);
  });

  it('makes it smaller from outside', () => {
    const shrunk = combined(lv, sweptDisc([75, 50], [65, 50], 5, 1), 'cut')!;
    expect(shrunk).toHaveLength(1);
    expect(isInside(shrunk, [61, 50])).toBe(false);
    expect(isInside(shrunk, [59, 50])).toBe(true);
    // two circles of radius 15 and 5, their centres 15 apart
    const lens = 225 * Math.acos((225 + 225 - 25) / 450) + 25 * Math.acos(25 / 150) - 0.5 * Math.sqrt((-15 + 5 + 15) * (15 + 5 - 15) * (15 - 5 + 15) * 35);
    expect(polygonAreaPx(lv) - polygonAreaPx(shrunk)).toBeCloseTo(lens, 0);
  });

  it('is round on the screen where pixels are not square', () => {
    const [, , , ...rest] = sweptDisc([0, 0], [0, 0], 6, 2);
    expect(Math.max(...rest.map((p) => p[0]))).toBeCloseTo(6, 1);
    expect(Math.max(...rest.map((p) => p[1]))).toBeCloseTo(3, 1);
  });

  it('leaves alone what it does not touch, and cuts through what it crosses', () => {
    expect(combined(lv, sweptDisc([50, 50], [51, 50], 4, 1), 'join')).toEqual(lv);
    expect(combined(lv, sweptDisc([90, 50], [88, 50], 4, 1), 'cut')).toEqual(lv);
    const halves = combined(lv, sweptDisc([50, 30], [50, 70], 3, 1), 'cut')!;
    expect(halves).toHaveLength(2);
    expect(polygonAreaPx(halves)).toBeLessThan(polygonAreaPx(lv) - 160);
  });

  it('never crosses itself, over the same place again and again', () => {
    let parts = lv;
    let here: Point = [50, 50];
    for (let i = 0; i < 300; i += 1) {
      // back and forth over whole pixels: points of disc and contour fall together
      const to: Point = [50 + (i % 14), 50 + (Math.floor(i / 7) % 5)];
      const next = combined(parts, sweptDisc(here, to, 6, 1), 'join');
      here = to;
      expect(next).not.toBeNull();
      parts = next!.filter((part) => Math.abs(signedAreaPx(part)) > 0.01).map((part) => simplified(part, 0.01));
    }
    expect(parts).toHaveLength(1);
    expect(crossesItself(withoutLoops(parts[0]!))).toBe(false);
    expect(isInside(parts, [68, 52])).toBe(true);
    expect(isInside(parts, [72, 52])).toBe(false);
  });
});

describe('parts', () => {
  const outer = circle(50, 50, 20);

  it('an outline inside is a hole, outside a part, across it is joined', () => {
    const area = polygonAreaPx([outer]);
    expect(polygonAreaPx(withPart([outer], circle(50, 50, 5)))).toBeCloseTo(area - polygonAreaPx([circle(50, 50, 5)]), 6);
    expect(withPart([outer], circle(90, 50, 5))).toHaveLength(2);
    const joined = withPart([outer], circle(70, 50, 8));
    expect(joined).toHaveLength(1);
    expect(polygonAreaPx(joined)).toBeGreaterThan(area);
    expect(polygonAreaPx(joined)).toBeLessThan(area + polygonAreaPx([circle(70, 50, 8)]));
  });

  it('the innermost goes, with its holes', () => {
    const parts = [outer, circle(50, 50, 8), circle(90, 50, 5)];
    expect(withoutPartAt(parts, [50, 50])).toEqual([parts[0], parts[2]]);
    expect(withoutPartAt(parts, [65, 50])).toEqual([parts[2]]);
    expect(withoutPartAt(parts, [5, 5])).toBeNull();
  });
});

describe('a contour that is dragged', () => {
  it('keeps its points beyond the reach exactly', () => {
    const parts = [circle(50, 50, 20)];
    const [moved] = dragged(parts, gripAt(parts, [70, 50])!, [3, 0], 4);
    const far = parts[0]!.filter(([x]) => x < 50);
    for (const p of far) expect(moved!).toContainEqual(p);
    expect(away(moved!, [73, 50])).toBeLessThan(0.02);
  });
});

describe('a spline', () => {
  const clicked = circle(50, 50, 15, 8);

  it('goes through its points, near the circle they are on', () => {
    const outline = outlineOf(splineThrough(clicked));
    for (const p of clicked) expect(away(outline, p)).toBeLessThan(1e-9);
    expect(offset(circle(50, 50, 15, 720), outline).largest).toBeLessThan(0.3);
    expect(crossesItself(outline)).toBe(false);
  });

  it('makes no loop between points that are far and near by turns', () => {
    const uneven: Polygon = [[0, 0], [40, 0], [41, 1], [41, 2], [40, 30], [0, 30]];
    expect(crossesItself(outlineOf(splineThrough(uneven)))).toBe(false);
  });

  it('is found for an outline that has none, and changes it nowhere yet', () => {
    const shape = circle(50, 50, 15, 120).map(([x, y]): Point => [x + (x > 60 ? 3 : 0), y * 0.8]);
    const found = controlled(shape);
    expect(found.points.length).toBeLessThan(30);
    expect(offset(shape, outlineOf(found)).largest).toBeLessThan(0.03);
  });

  it('changes two spans on each side of a moved point, and nothing else', () => {
    const shape = circle(50, 50, 15, 120);
    const found = controlled(shape);
    const at = 0;
    const to: Point = [found.points[at]![0] + 2, found.points[at]![1]];
    const moved = outlineOf(withPointMoved(found, at, to));
    expect(away(moved, to)).toBeLessThan(0.02);
    const opposite = shape.filter(([x]) => x < 40);
    expect(Math.max(...opposite.map((p) => away(moved, p)))).toBeLessThan(0.03);
  });

  it('takes points in and out, three at least', () => {
    const curve = splineThrough(clicked);
    expect(withPointAdded(curve, 7, [64, 44]).points.at(-1)).toEqual([64, 44]);
    expect(withPointRemoved(curve, 0).points).toEqual(clicked.slice(1));
    const least = splineThrough(clicked.slice(0, 3));
    expect(withPointRemoved(least, 0)).toBe(least);
  });
});

describe('snapping', () => {
  const parts = [circle(50, 50, 20)];

  it('takes the nearest place, none beyond the distance', () => {
    expect(distance(snapTo(parts, [70.3, 50], 0.5)!.point, [70, 50])).toBeLessThan(0.05);
    expect(snapTo(parts, [71, 50], 0.5)).toBeNull();
    expect(snapTo([], [71, 50], 9)).toBeNull();
  });

  it('follows the other contour between two places, the shorter way', () => {
    const from = snapTo(parts, [70, 45], 2)!;
    const to = snapTo(parts, [70, 55], 2)!;
    const between = alongContour(parts, from, to);
    expect(between.length).toBeGreaterThan(2);
    expect(between.every(([x]) => x > 68)).toBe(true);
    expect(alongContour(parts, to, from)).toEqual([...between].reverse());
  });
});
