import { describe, expect, it } from 'vitest';

import { distance, type Point } from './geometry';
import { edgesOfImage, waysFrom, wayTo } from './livewire';

const SIDE = 256;

/** A bright disc with a soft rim on a noisy ground. */
function disc(centre: Point, radius: number): Float32Array {
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const away = distance([i % SIDE, Math.floor(i / SIDE)], centre) - radius;
    return 100 + 800 / (1 + Math.exp(away / 0.8)) + 20 * Math.sin(i * 12.9898);
  });
}

const onCircle = (centre: Point, radius: number, angle: number): Point => [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)];

describe('the livewire', () => {
  const centre: Point = [128.3, 120.7];
  const edges = edgesOfImage(disc(centre, 20), SIDE, SIDE);

  it('follows the rim of a disc from four seeds, to a fraction of a pixel', () => {
    const seeds = [0, 1, 2, 3].map((k) => onCircle(centre, 20, (k * Math.PI) / 2));
    const line = seeds.flatMap((seed, k) => wayTo(edges, waysFrom(edges, seed), seed, seeds[(k + 1) % 4]!));
    const offsets = line.map((p) => distance(p, centre) - 20);
    expect(Math.abs(offsets.reduce((sum, v) => sum + v, 0) / offsets.length)).toBeLessThan(0.1);
    expect(Math.max(...offsets.map(Math.abs))).toBeLessThan(0.3);
  });

  it('goes through its seeds exactly, and straight where there is no edge to follow', () => {
    const flat = edgesOfImage(new Float32Array(SIDE * SIDE), SIDE, SIDE);
    const [a, b]: [Point, Point] = [[20.25, 30.5], [60.75, 30.5]];
    const line = wayTo(flat, waysFrom(flat, a), a, b);
    expect(line[0]).toEqual(a);
    expect(line.at(-1)).toEqual(b);
    expect(Math.max(...line.map((p) => Math.abs(p[1] - 30.5)))).toBeLessThanOrEqual(0.51);
  });

  it('is straight beyond its reach, and stays in the image', () => {
    const a: Point = [5, 5];
    expect(wayTo(edges, waysFrom(edges, a), a, [250, 250])).toEqual([a, [250, 250]]);
    const outside = wayTo(edges, waysFrom(edges, a), a, [-4, 20]);
    expect(outside.slice(1, -2).every(([x, y]) => x >= -0.5 && y >= -0.5)).toBe(true);
  });

  it('takes milliseconds for a move, and finds the edges of a frame once', () => {
    const a = onCircle(centre, 20, 0);
    const started = performance.now();
    const ways = waysFrom(edges, a);
    const searched = performance.now();
    for (let k = 0; k < 20; k += 1) wayTo(edges, ways, a, onCircle(centre, 20, k / 4));
    expect((performance.now() - searched) / 20).toBeLessThan(300);
    // the search runs once for each seed, not for each move
    expect(searched - started).toBeLessThan(3000);
  });
});
