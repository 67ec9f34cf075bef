import { describe, expect, it } from 'vitest';

import type { Found, LandmarkStatistics } from '../../api/agreement';
import { frocPlane, placeOf } from './froc';

const found = (hits: number, n_findings: number, false_per_image: number): Found => ({
  n_cases: 4,
  n_images: 4,
  n_findings,
  hits,
  false_marks: 4 * false_per_image,
  sensitivity: { value: n_findings ? hits / n_findings : null, low: null, high: null, n: 4, method: '', why: '' },
  false_per_image,
  froc: null,
  mean_apart_mm: null,
  median_apart_mm: null,
});

const row = (...readers: Found[]): LandmarkStatistics => ({
  code: 'apex',
  title: 'Apex',
  within_mm: 5,
  within_stated: true,
  all: found(3, 4, 0.25),
  readers: readers.map((of, i) => ({ ...of, reader: String(i), label: `Reader ${i + 1}` })),
  by_distance: [],
});

type Plane = { xAxis: { max: number }; series: { data: { value: number[] }[] }[] };

describe('the FROC plane', () => {
  it('has a point for each reader and one for all of several', () => {
    const { xAxis, series } = frocPlane(row(found(3, 4, 0.25), found(1, 4, 1.5))) as unknown as Plane;
    expect(series[0]!.data.map((at) => at.value)).toEqual([
      [0.25, 0.75],
      [1.5, 0.25],
    ]);
    expect(series[1]!.data.map((at) => at.value)).toEqual([[0.25, 0.75]]);
    expect(xAxis.max).toBe(2); // the furthest reader is in view
  });

  it('has no point of all for one reader, and none of a reader without findings', () => {
    const { series } = frocPlane(row(found(0, 0, 0))) as unknown as Plane;
    expect(series.map((s) => s.data)).toEqual([[], []]);
    expect(placeOf('R', found(2, 4, 0.5))?.text).toBe('R\n2 of 4 found\n0.50 false a reading');
  });
});
