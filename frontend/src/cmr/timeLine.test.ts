import { describe, expect, it } from 'vitest';

import { bilinear, lineLengthMm, lineSamples, phaseEdges, phaseWithin, type Picture, timeStrip } from './timeLine';

/** A plane: bilinear sampling is exact on it. */
const slanted = (rows: number, columns: number, a: number, b: number, c: number): Picture => ({
  rows,
  columns,
  values: Array.from({ length: rows * columns }, (_, i) => a * (i % columns) + b * Math.floor(i / columns) + c),
});

describe('between pixels', () => {
  it.each([
    [0, 0],
    [3.25, 1.75],
    [8.999, 5.5],
    [9, 6],
  ])('a plane is met exactly at %f, %f', (x, y) => {
    expect(bilinear(slanted(7, 10, 2, -3, 5), [x, y])).toBeCloseTo(2 * x - 3 * y + 5, 9);
  });
  it('x·y is met exactly within a cell, since bilinear is its closed form', () => {
    const product: Picture = { rows: 2, columns: 2, values: [0, 0, 0, 1] };
    expect(bilinear(product, [0.3, 0.6])).toBeCloseTo(0.18, 12);
  });
  it('the rim keeps its value and there is nothing beyond', () => {
    const picture = slanted(7, 10, 2, -3, 5);
    expect(bilinear(picture, [-0.4, 2])).toBe(picture.values[20]);
    expect(bilinear(picture, [9.5, 6.5])).toBe(picture.values[69]);
    expect(bilinear(picture, [-0.6, 2])).toBeNaN();
    expect(bilinear(picture, [4, 6.6])).toBeNaN();
    expect(bilinear({ rows: 1, columns: 1, values: [7] }, [0.2, -0.1])).toBe(7);
  });
});

describe('a line', () => {
  it('is measured in the patient where pixels are not square', () => {
    expect(lineLengthMm([[10, 10], [13, 10]], [2, 1.5])).toBeCloseTo(4.5, 12);
    expect(lineLengthMm([[10, 10], [10, 13]], [2, 1.5])).toBeCloseTo(6, 12);
    expect(lineLengthMm([[0, 0], [2, 2]], [2, 1.5])).toBeCloseTo(5, 12);
  });
  it('is sampled evenly, with both ends', () => {
    expect(lineSamples([[1, 2], [5, 4]], 5)).toEqual([[1, 2], [2, 2.5], [3, 3], [4, 3.5], [5, 4]]);
  });
});

describe('the strip', () => {
  it('has the line of each phase, and says where a frame is missing', () => {
    const samples = lineSamples([[1, 1], [4, 1]], 4);
    const strip = timeStrip([slanted(5, 6, 1, 0, 0), null, slanted(5, 6, 1, 0, 100)], samples);
    expect([...strip]).toEqual([1, NaN, 101, 2, NaN, 102, 3, NaN, 103, 4, NaN, 104]);
  });
});

describe('time', () => {
  it('is parted halfway between uneven phases', () => {
    expect(phaseEdges([10, 30, 70])).toEqual([0, 20, 50, 90]);
  });
  it.each([
    [-5, 0],
    [19.9, 0],
    [20, 1],
    [49, 1],
    [55, 2],
    [500, 2],
  ])('%f ms lies in phase %i', (time, phase) => {
    expect(phaseWithin(phaseEdges([10, 30, 70]), time)).toBe(phase);
  });
});
