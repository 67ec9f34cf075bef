import { describe, expect, it } from 'vitest';

import { areaAndCentre } from '../blend';
import type { Parts, Point } from '../geometry';
import { type Beat, cropAround, fillCycle, follow, stepsOf, walk } from './chain';
import { composed, motionBetween, still } from './demons';
import { normalised, type Picture } from './picture';

const SIZE = 72;
const PHASES = 10;
const circle = (x: number, y: number, r: number, n = 60): Parts => [
  Array.from({ length: n }, (_, i): Point => [x + r * Math.cos((2 * Math.PI * i) / n), y + r * Math.sin((2 * Math.PI * i) / n)]),
];
/** A bright disc with soft edges on a textured ground. */
function disc(x: number, y: number, r: number): Picture {
  const data = new Float32Array(SIZE * SIZE);
  for (let row = 0; row < SIZE; row += 1) {
    for (let column = 0; column < SIZE; column += 1) {
      const away = Math.hypot(column - x, row - y) - r;
      data[row * SIZE + column] = 0.15 + 0.7 / (1 + Math.exp(2 * away)) + 0.03 * Math.sin(column) * Math.cos(row);
    }
  }
  return { width: SIZE, height: SIZE, data };
}
/** Radius over the beat: 18 pixels at phase 0, 11 in the middle; the disc also wanders. */
const radius = (p: number) => 14.5 + 3.5 * Math.cos((2 * Math.PI * p) / PHASES);
const centre = (p: number) => 36 + 2 * Math.sin((2 * Math.PI * p) / PHASES);
const beat: Beat = {
  crop: { column: 100, row: 50, width: SIZE, height: SIZE },
  pictures: Array.from({ length: PHASES }, (_, p) => disc(centre(p), 36, radius(p))),
};
const drawnAt = (p: number) => ({ lv_endo: circle(100 + centre(p), 50 + 36, radius(p)) });
const radiusOf = (parts: Parts) => Math.sqrt(Math.abs(areaAndCentre(parts[0]!).area) / Math.PI);

describe('motion between two pictures', () => {
  it('finds a shift of the whole picture', () => {
    const motion = motionBetween(disc(36, 36, 14), disc(39, 34, 14));
    const edge = 36 * SIZE + 36 + 14;
    expect(motion.dx[edge]).toBeCloseTo(3, 0);
    expect(Math.abs(motion.dx[edge]! - 3)).toBeLessThan(0.4);
  });

  it('leaves equal pictures alone', () => {
    const motion = motionBetween(disc(36, 36, 14), disc(36, 36, 14));
    expect(Math.max(...motion.dx.map(Math.abs), ...motion.dy.map(Math.abs))).toBeLessThan(1e-6);
  });

  it('two motions in a row add up', () => {
    const [one, two] = [still(8, 8), still(8, 8)];
    one.dx.fill(1);
    two.dx.fill(2);
    two.dy.fill(-1);
    const sum = composed(one, two);
    expect([sum.dx[20], sum.dy[20]]).toEqual([3, -1]);
  });
});

describe('contours over the beat', () => {
  it('one phase drawn: all others follow within half a pixel', () => {
    const made = [...fillCycle(beat, [{ phase: 0, drawn: drawnAt(0) }])];
    expect(made).toHaveLength(stepsOf(beat, [{ phase: 0, drawn: {} }]));
    const ready = made.filter((step) => step.drawn !== null);
    expect(ready.map((step) => step.phase).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { phase, drawn } of ready) {
      const parts = drawn!.lv_endo!;
      expect(Math.abs(radiusOf(parts) - radius(phase))).toBeLessThan(0.5);
      expect(Math.abs(areaAndCentre(parts[0]!).centre[0] - 100 - centre(phase))).toBeLessThan(0.5);
    }
  });

  it('two phases drawn: both stay, what lies between comes from both', () => {
    const ready = [...fillCycle(beat, [{ phase: 5, drawn: drawnAt(5) }, { phase: 0, drawn: drawnAt(0) }])].filter((s) => s.drawn);
    expect(ready.map((s) => s.phase).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
    for (const { phase, drawn } of ready) expect(Math.abs(radiusOf(drawn!.lv_endo!) - radius(phase))).toBeLessThan(0.4);
  });

  it('steps over a missing frame', () => {
    const holed = { ...beat, pictures: beat.pictures.map((picture, p) => (p === 2 ? null : picture)) };
    const made = [...follow(holed, { phase: 0, drawn: drawnAt(0) }, [1, 2, 3])];
    expect(made.map((m) => m.phase)).toEqual([1, 3]);
  });

  it('nothing comes from a missing frame', () => {
    const holed = { ...beat, pictures: beat.pictures.map((picture, p) => (p === 0 ? null : picture)) };
    expect([...follow(holed, { phase: 0, drawn: drawnAt(0) }, [1])]).toEqual([]);
  });

  it('walks round the cycle either way', () => {
    expect(walk(5, 3, 1, 3)).toEqual([4, 0, 1, 2]);
    expect(walk(5, 3, -1, 0)).toEqual([2, 1]);
    expect(walk(5, 3, 1, 4)).toEqual([]);
  });
});

describe('what registration looks at', () => {
  it('is the contour and room around it, inside the frame', () => {
    expect(cropAround(circle(10, 100, 10), 200, 256, [2, 1])).toEqual({ column: 0, row: 79, width: 43, height: 43 });
    expect(cropAround([], 200, 256, [1, 1])).toBeNull();
  });

  it('is the same grey in all phases', () => {
    const [a, b] = normalised([disc(36, 36, 14), { ...disc(36, 36, 14), data: disc(36, 36, 14).data.map((v) => v * 2) }]);
    expect(Math.max(...a!.data)).toBeLessThan(0.7);
    expect(Math.max(...b!.data)).toBe(1);
  });
});
