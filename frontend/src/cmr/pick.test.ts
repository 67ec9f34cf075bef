import { describe, expect, it } from 'vitest';

import type { Point } from './geometry';
import { withoutHoles } from './holes';
import { alike, flood, type Picture, spread } from './pick';

// a bright square of 5 × 5 in the dark, and another that doesn't touch it
const picture: Picture = {
  rows: 20,
  columns: 20,
  values: Array.from({ length: 400 }, (_, k) => {
    const [row, column] = [Math.floor(k / 20), k % 20];
    const square = (r: number, c: number) => row >= r && row < r + 5 && column >= c && column < c + 5;
    return square(3, 4) || square(12, 11) ? 200 : 20;
  }),
};
const count = (mask: Uint8Array) => mask.reduce((sum, v) => sum + v, 0);

describe('pixels by intensity', () => {
  it('takes those alike under the brush alone', () => {
    // of the other square, five pixels are near enough: 2 + 2 + 1, column by column
    expect(count(alike(picture, [[6, 5]], 10, 200, 30))).toBe(25 + 5);
    expect(count(alike(picture, [[6, 5]], 1, 200, 30))).toBe(5);
    expect(count(alike(picture, [[6, 5]], 10, 20, 30))).toBeGreaterThan(100);
  });

  it('fills what is joined, as far as it may', () => {
    expect(count(flood(picture, [6, 5], 30, 40))).toBe(25);
    expect(count(flood(picture, [0, 0], 30, 40))).toBe(350);
    expect(count(flood(picture, [6, 5], 30, 1))).toBe(5);
    expect(count(flood(picture, [-3, 5], 30, 40))).toBe(0);
  });

  it('measures the spread', () => expect(spread(picture.values)).toBe(180));
});

describe('mending', () => {
  it('fills holes and keeps parts', () => {
    const square = (x: number, r: number): Point[] => [[x - r, -r], [x + r, -r], [x + r, r], [x - r, r]];
    expect(withoutHoles([square(0, 8), square(0, 3), square(30, 4)])).toEqual([square(0, 8), square(30, 4)]);
  });
});
