import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { polygonAreaPx } from './area';
import { dragged, gripAt } from './edit';
import { type Parts, type Point } from './geometry';
import { rasterise } from './raster';
import { lvRvFunction, type Outline, type StackGeometry } from './volumes';

const FIXTURES = join(import.meta.dirname, '../../../tests/contract/fixtures');
const load = (folder: string) =>
  readdirSync(join(FIXTURES, folder)).map((name) => JSON.parse(readFileSync(join(FIXTURES, folder, name), 'utf8')));

const circle = (x: number, y: number, r: number, n = 40): Point[] =>
  Array.from({ length: n }, (_, i) => [x + r * Math.cos((2 * Math.PI * i) / n), y + r * Math.sin((2 * Math.PI * i) / n)]);

describe('the rasteriser is the server’s', () => {
  it.each(load('raster').map((c) => [c.name, c]))('%s', (_, c) => {
    const [rows, columns] = c.shape as [number, number];
    const mask = rasterise(c.parts as Parts, rows, columns);
    const text = Array.from({ length: rows }, (_row, r) =>
      Array.from(mask.subarray(r * columns, (r + 1) * columns), (v) => (v ? '#' : '.')).join(''),
    );
    expect(text).toEqual(c.mask);
    expect(polygonAreaPx(c.parts as Parts)).toBeCloseTo(c.area_px, 8);
  });
});

describe('the numbers are the server’s', () => {
  it.each(load('volumes').map((c) => [c.name, c]))('%s', (_, c) => {
    const outlines: Outline[] = [];
    for (const frame of c.labels.frames) {
      for (const [structure, parts] of Object.entries(frame.structures)) {
        outlines.push({ structure, slice: frame.slice, phase: frame.phase, parts: parts as Parts });
      }
    }
    const result = lvRvFunction(c.meta as StackGeometry, outlines, c.options);
    for (const [name, value] of Object.entries(c.expected)) {
      const got = result[name as keyof typeof result];
      if (typeof value === 'number') expect(got).toBeCloseTo(value, 6);
      else if (Array.isArray(value) && typeof value[0] === 'number') {
        value.forEach((v, i) => (v === null ? expect((got as null[])[i]).toBeNull() : expect((got as number[])[i]).toBeCloseTo(v, 6)));
      } else expect(got).toEqual(value);
    }
  });
});

describe('editing', () => {
  it('moves what is grabbed and leaves the far side alone', () => {
    const parts = [circle(50, 50, 20)];
    const grip = gripAt(parts, [71, 50])!;
    expect(grip.distance).toBeLessThan(1.2);
    const [moved] = dragged(parts, grip, [5, 0], 8);
    expect(Math.max(...moved!.map((p) => p[0]))).toBeGreaterThan(74);
    expect(Math.min(...moved!.map((p) => p[0]))).toBeCloseTo(30, 0);
    expect(polygonAreaPx([moved!])).toBeGreaterThan(polygonAreaPx(parts));
  });
});
