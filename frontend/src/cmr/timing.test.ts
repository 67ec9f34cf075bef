import { describe, expect, it } from 'vitest';

import { fractionOf, phaseAt, type Timing } from './timing';

const even = (n: number, rr: number | null, delay = 0): Timing => ({
  n_phases: n,
  trigger_times_ms: [Array.from({ length: n }, (_, p) => delay + (p * (rr ?? 1000)) / n)],
  rr_interval_ms: rr,
});

describe('phases by fraction of the cycle', () => {
  it('finds the same moment in a cine with more phases and another heart rate', () => {
    const sax = even(20, 1000);
    const long = even(30, 800);
    expect(phaseAt(long, 0, fractionOf(sax, 0, 0))).toBe(0);
    expect(phaseAt(long, 0, fractionOf(sax, 0, 8))).toBe(12); // 0.4
    expect(phaseAt(sax, 0, fractionOf(long, 0, 12))).toBe(8);
  });

  it('closes the cycle', () => {
    expect(phaseAt(even(10, 1000), 0, 0.98)).toBe(0);
    expect(phaseAt(even(10, 1000), 0, 0.94)).toBe(9);
  });

  it('takes a late start for what it is', () => {
    const late = even(10, 1000, 40);
    expect(fractionOf(late, 0, 0)).toBeCloseTo(0.04);
    expect(phaseAt(late, 0, 0.5)).toBe(5);
  });

  it('spreads phases evenly where no times are known', () => {
    const unknown: Timing = { n_phases: 8, trigger_times_ms: [[null, null, null, null, null, null, null, null]], rr_interval_ms: null };
    expect(fractionOf(unknown, 0, 4)).toBe(0.5);
    expect(phaseAt(unknown, 0, 0.26)).toBe(2);
    expect(fractionOf({ ...unknown, trigger_times_ms: [] }, 3, 2)).toBe(0.25);
  });

  it('reckons the cycle from trigger times alone', () => {
    expect(fractionOf({ ...even(10, null), rr_interval_ms: null }, 0, 5)).toBeCloseTo(0.5);
  });

  it('shows the one frame of a still image', () => {
    expect(phaseAt({ n_phases: 1, trigger_times_ms: [[250]], rr_interval_ms: 1000 }, 0, 0.8)).toBe(0);
  });
});
