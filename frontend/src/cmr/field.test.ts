import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { polygonAreaPx } from './area';
import { combined } from './field';
import { distance, edgesOf, type Parts, type Point } from './geometry';
import { pixelEdgePolygons } from './pixelEdges';
import { rasterise } from './raster';

const FIXTURES = join(import.meta.dirname, '../../../tests/contract/fixtures/outline');
const cases = readdirSync(FIXTURES).map((name) => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')));

const circle = (x: number, y: number, r: number, n = 90): Point[] =>
  Array.from({ length: n }, (_, i) => [x + r * Math.cos((2 * Math.PI * i) / n), y + r * Math.sin((2 * Math.PI * i) / n)]);

const toBorder = ([x, y]: Point, parts: Parts) =>
  Math.min(
    ...edgesOf(parts).map(([x1, y1, x2, y2]) => {
      const [dx, dy] = [x2 - x1, y2 - y1];
      const t = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
      return Math.hypot(x1 + t * dx - x, y1 + t * dy - y);
    }),
  );

describe('edges of pixels are the server’s', () => {
  it.each(cases.map((c) => [c.name, c]))('%s', (_, c) => {
    const rows = c.mask.length as number;
    const columns = (c.mask[0] as string).length;
    const mask = Uint8Array.from((c.mask as string[]).join(''), (v) => (v === '#' ? 1 : 0));
    const parts = pixelEdgePolygons(mask, rows, columns);
    expect(parts).toEqual(c.pixel_edges);
    expect(rasterise(parts, rows, columns)).toEqual(mask);
  });
});

describe('a contour and a brush', () => {
  const heart = [circle(60.3, 58.7, 18)];

  it('leaves what was not painted where it was, however often', () => {
    let parts: Parts = heart;
    for (let k = 0; k < 10; k += 1) parts = combined(parts, { path: [[80, 58]], radiusPx: 4 + 0.1 * k }, 'add');
    const far = (p: Point) => distance(p, [80, 58]) > 7;
    expect(Math.max(...parts.flat().filter(far).map((p) => toBorder(p, heart)))).toBeLessThan(0.05);
    expect(Math.max(...heart.flat().filter(far).map((p) => toBorder(p, parts)))).toBeLessThan(0.05);
    expect(parts.flat().length).toBeLessThan(250);
  });

  it('adds two discs exactly, and takes one out of another', () => {
    const both = combined([circle(30, 30, 8, 400)], { path: [[38, 30]], radiusPx: 8 }, 'add');
    const lens = 2 * 64 * Math.acos(0.5) - 4 * Math.sqrt(4 * 64 - 64);
    expect(polygonAreaPx(both)).toBeCloseTo(2 * Math.PI * 64 - lens, 0);
    const cut = combined([circle(30, 30, 8, 400)], { path: [[38, 30]], radiusPx: 8 }, 'remove');
    expect(polygonAreaPx(cut)).toBeCloseTo(Math.PI * 64 - lens, 0);
  });

  it('begins from nothing, makes holes and further parts', () => {
    const disc = combined([], { path: [[20.25, 20.5]], radiusPx: 6 }, 'add');
    expect(disc).toHaveLength(1);
    expect(polygonAreaPx(disc) / (Math.PI * 36)).toBeCloseTo(1, 2);
    expect(combined(heart, { path: [[60, 58]], radiusPx: 5 }, 'remove')).toHaveLength(2);
    expect(combined(heart, { path: [[10, 10]], radiusPx: 5 }, 'add')).toHaveLength(2);
    expect(combined(heart, { path: [[60, 58]], radiusPx: 30 }, 'remove')).toEqual([]);
  });

  it('adds pixels as they are', () => {
    const mask = new Uint8Array(40 * 40);
    for (const at of [410, 411, 451, 452, 492]) mask[at] = 1;
    const parts = combined([], { parts: pixelEdgePolygons(mask, 40, 40) }, 'add');
    expect(rasterise(parts, 40, 40)).toEqual(mask);
    expect(polygonAreaPx(parts)).toBeCloseTo(5, 2);
  });
});
