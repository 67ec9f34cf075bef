import { describe, expect, it } from 'vitest';

import { beatMs, fractionOf, phaseAt, type Timing } from './timing';

const even = (n: number, rr: number, first = 0): Timing => ({
  n_phases: n,
  trigger_times_ms: [Array.from({ length: n }, (_, k) => first + (k * rr) / n)],
  rr_interval_ms: rr,
});

describe('place in the heart beat', () => {
  it('pairs cines of unlike length and rate by fraction, not by index', () => {
    const [short, long] = [even(20, 850), even(30, 900)];
    expect(phaseAt(long, 0, fractionOf(short, 0, 0))).toBe(0);
    expect(phaseAt(long, 0, fractionOf(short, 0, 8))).toBe(12);
    expect(phaseAt(short, 0, fractionOf(long, 0, 12))).toBe(8);
  });

  it('goes round: the end of a beat is near its start', () => {
    expect(phaseAt(even(10, 1000, 40), 0, 0.99)).toBe(0);
    expect(phaseAt(even(10, 1000), 0, 0.96)).toBe(0);
    expect(phaseAt(even(10, 1000), 0, 0.94)).toBe(9);
  });

  it('counts phases as even where a trigger time is missing or they do not rise', () => {
    const holes = { ...even(4, 800), trigger_times_ms: [[0, null, 400, 600]] };
    const flat = { ...even(4, 800), trigger_times_ms: [[0, 0, 0, 0]] };
    for (const timing of [holes, flat, { ...even(4, 800), trigger_times_ms: [] }]) {
      expect([0, 1, 2, 3].map((p) => fractionOf(timing, 0, p))).toEqual([0, 0.25, 0.5, 0.75]);
    }
  });

  it('takes the beat from the frames where none is stored, or one that ends too soon', () => {
    expect(beatMs({ ...even(20, 900), rr_interval_ms: null }, 0)).toBeCloseTo(900);
    expect(beatMs({ ...even(20, 900), rr_interval_ms: 500 }, 0)).toBeCloseTo(900);
    expect(beatMs({ n_phases: 3, trigger_times_ms: [], rr_interval_ms: null }, 0)).toBeNull();
    expect(fractionOf({ ...even(20, 900), rr_interval_ms: null }, 0, 10)).toBeCloseTo(0.5);
  });

  it('is no longer for a first frame that comes late, and reaches beyond the last', () => {
    expect(beatMs({ ...even(20, 900, 22.5), rr_interval_ms: null }, 0)).toBeCloseTo(900);
    expect(phaseAt(even(20, 900, 22.5), 0, fractionOf({ ...even(20, 850, 21.25), rr_interval_ms: null }, 0, 19))).toBe(19);
    expect(beatMs({ ...even(20, 800, 60), rr_interval_ms: null }, 0)).toBeCloseTo(860);
  });

  it('reads each slice by its own times', () => {
    const timing: Timing = { n_phases: 2, trigger_times_ms: [[0, 500], [100, 300]], rr_interval_ms: 1000 };
    expect(fractionOf(timing, 1, 1)).toBeCloseTo(0.3);
    expect(phaseAt(timing, 1, 0.45)).toBe(1);
  });
});
