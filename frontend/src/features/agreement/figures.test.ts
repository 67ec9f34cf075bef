import { describe, expect, it } from 'vitest';

import type { Estimate, HeatCell, NumberStatistics, StatPoint } from '../../api/agreement';
import { blandAltman, boxes, cellValue, confusionMatrix, pointText, readerMatrix, scatter } from './figures';

const known = (value: number | null): Estimate => ({ value, low: null, high: null, n: 3, method: '', why: '' });
const row = { name: 'edv_ml', unit: 'ml', band: 10.8, bias: known(2), lower: known(-4), upper: known(8) } as NumberStatistics;
const point = (a: number, b: number): StatPoint => ({ case_id: 'c', case: 'C-1', reader_a: 'x', reader_b: 'y', site: '', a, b, value: b - a });

interface Drawn {
  series: { data: unknown[]; markLine: { data: { yAxis: number }[] } }[];
  yAxis: { min: number; max: number };
}

describe('figures', () => {
  it('puts differences over means, with bias, limits and band', () => {
    const drawn = blandAltman(row, [point(100, 104), point(90, 80)], {}) as unknown as Drawn;
    expect(drawn.series[0]!.data).toEqual([
      [102, 4],
      [85, -10],
    ]);
    expect(drawn.series[0]!.markLine.data.map((l) => l.yAxis)).toEqual([2, -4, 8, 10.8, -10.8]);
    expect(drawn.yAxis.max).toBeGreaterThan(10.8);
    expect(drawn.yAxis.min).toBe(-drawn.yAxis.max);
  });

  it('leaves out lines that are not defined', () => {
    const bare = { ...row, band: null, lower: known(null), upper: known(null) };
    const drawn = blandAltman(bare, [point(1, 2)], {}) as unknown as Drawn;
    expect(drawn.series[0]!.markLine.data.map((l) => l.yAxis)).toEqual([2]);
  });

  it('draws a scatter on equal axes', () => {
    const drawn = scatter(row, [point(100, 120), point(90, 80)], {}) as unknown as { xAxis: Drawn['yAxis']; yAxis: Drawn['yAxis'] };
    expect([drawn.xAxis.min, drawn.xAxis.max]).toEqual([drawn.yAxis.min, drawn.yAxis.max]);
    expect(drawn.xAxis.min).toBeLessThan(80);
  });

  it('says who and what a point is', () => {
    expect(pointText(point(100, 104.25), { x: 'Reader 1', y: 'Reader 2' }, 'ml', 1)).toBe('C-1\nReader 1 – Reader 2\n100.0 – 104.3 ml\n4.3 ml');
  });

  it('keeps boxes that have numbers', () => {
    const full = { mean: known(1), sd: null, box: [1, 2, 3, 4, 5] };
    const drawn = boxes([{ label: 'base', spread: full }, { label: 'apex', spread: { ...full, box: null } }], 'HD') as unknown as Drawn;
    expect(drawn.series[0]!.data).toEqual([[1, 2, 3, 4, 5]]);
  });

  it('turns a confusion matrix so that the first reading runs down', () => {
    const drawn = confusionMatrix({
      code: 'class', title: 'Class', kind: 'classes', n_pairs: 3, n_cases: 3, same: 2, pairs_are_independent: true, estimates: {},
      categories: [{ value: 'a', title: 'A' }, { value: 'b', title: 'B' }],
      confusion: [[1, 1], [0, 1]],
    }) as unknown as Drawn;
    expect(drawn.series[0]!.data).toContainEqual([1, 0, 1]);
  });

  it('orders readers by name and drops cells without the measure', () => {
    const cell = (a: string, b: string, dice: number | null): HeatCell => ({ reader_a: a, reader_b: b, n_pairs: 1, n_cases: 1, dice: dice === null ? {} : { lv_endo: known(dice) }, numbers: {} });
    const found = readerMatrix([cell('x', 'y', 0.9), cell('x', 'z', null)], { x: 'Zoe', y: 'Ann', z: 'Bob' }, 'dice:lv_endo');
    expect(found.shown.map((c) => c.reader_a)).toEqual(['x', 'y']);
    expect((found.option as { xAxis: { data: string[] } }).xAxis.data).toEqual(['Ann', 'Zoe']);
    expect(cellValue(cell('x', 'y', 0.9), 'edv_ml')).toBeNull();
  });
});
