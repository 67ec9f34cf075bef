/** Options of the figures; pure, so that they can be tested without a browser. */
import type { EChartsCoreOption } from 'echarts/core';

import type { HeatCell, Limits, Metric, NumberStatistics, QuestionStatistics, Spread, StatPoint } from '../../api/agreement';
import { AXIS, GREY } from '../../components/chartStyle';
import { number } from '../../components/format';

const INK = '#3a8fd2';
const WARN = '#d9480f';
const RAMP = ['#eef3f8', '#b5d5ef', '#64abdf']; // dark figures can be read on all of it
const GRID = { left: 64, right: 28, top: 22, bottom: 46, containLabel: false };
const POINT = { type: 'scatter', symbolSize: 9, itemStyle: { color: INK, opacity: 0.75 } };

const axis = (name: string, more: object = {}) => ({
  type: 'value',
  name,
  nameLocation: 'middle',
  nameGap: 30,
  nameTextStyle: { color: GREY },
  ...AXIS,
  scale: true,
  ...more,
});

// ends that aren't round are not written: they would lie over the mark beside them
const INNER = { color: GREY, showMinLabel: false, showMaxLabel: false };

const line = (value: number | null, label: string, type: 'solid' | 'dashed' | 'dotted', color = GREY) =>
  value === null ? [] : [{ yAxis: value, lineStyle: { type, color }, label: { formatter: label, position: 'insideEndTop', color } }];

export interface Named {
  [key: string]: string;
}

/** What a person reads when they point at a point. */
export function pointText(point: StatPoint, names: Named, unit: string, digits: number): string {
  const who = [point.reader_a, point.reader_b].map((key) => names[key] ?? key).join(' – ');
  const values = typeof point.a === 'number' && typeof point.b === 'number' ? `\n${number(point.a, digits)} – ${number(point.b, digits)} ${unit}` : '';
  return `${point.case}\n${who}${values}\n${number(point.value, digits)} ${unit}`;
}

const tooltip = (points: StatPoint[], names: Named, unit: string, digits = 1) => ({
  trigger: 'item',
  renderMode: 'richText',
  formatter: (at: { dataIndex: number; componentType: string }) =>
    at.componentType === 'series' && points[at.dataIndex] ? pointText(points[at.dataIndex]!, names, unit, digits) : '',
});

const pairOf = (point: StatPoint): [number, number] => [Number(point.a), Number(point.b)];

/** Difference against mean, with bias, limits and the protocol's band. */
export function blandAltman(row: NumberStatistics, points: StatPoint[], names: Named): EChartsCoreOption {
  const lines = [
    ...line(row.bias.value, `bias ${number(row.bias.value, 1)}`, 'solid'),
    ...line(row.lower.value, number(row.lower.value, 1), 'dashed'),
    ...line(row.upper.value, number(row.upper.value, 1), 'dashed'),
    ...(row.band === null ? [] : [...line(row.band, 'band', 'dotted', WARN), ...line(-row.band, 'band', 'dotted', WARN)]),
  ];
  // limits and band stay in view even where all points lie well inside
  const reach = Math.max(
    ...points.map((p) => Math.abs(p.value ?? 0)),
    ...[row.lower.value, row.upper.value, row.band].map((v) => Math.abs(v ?? 0)),
  );
  return {
    grid: GRID,
    tooltip: tooltip(points, names, row.unit),
    xAxis: axis(`Mean of both (${row.unit})`),
    yAxis: axis(`Difference (${row.unit})`, { nameGap: 44, min: -reach * 1.1 || -1, max: reach * 1.1 || 1, axisLabel: { ...INNER, formatter: (v: number) => number(v, reach < 5 ? 1 : 0) } }),
    series: [
      {
        ...POINT,
        data: points.map((p) => {
          const [a, b] = pairOf(p);
          return [(a + b) / 2, b - a];
        }),
        markLine: { symbol: 'none', silent: true, data: lines },
      },
    ],
  };
}

/** One reading against the other, with the line of equality. */
export function scatter(row: NumberStatistics, points: StatPoint[], names: Named): EChartsCoreOption {
  const every = points.flatMap(pairOf);
  const low = Math.min(...every);
  const high = Math.max(...every);
  const room = (high - low || 1) * 0.06;
  const ends = { min: Math.floor(low - room), max: Math.ceil(high + room) };
  return {
    grid: GRID,
    tooltip: tooltip(points, names, row.unit),
    xAxis: axis(`First (${row.unit})`, { ...ends, axisLabel: INNER }),
    yAxis: axis(`Second (${row.unit})`, { ...ends, nameGap: 44, axisLabel: INNER }),
    series: [
      {
        ...POINT,
        data: points.map(pairOf),
        markLine: {
          symbol: 'none',
          silent: true,
          label: { show: false },
          lineStyle: { type: 'dashed', color: GREY },
          data: [[{ coord: [ends.min, ends.min] }, { coord: [ends.max, ends.max] }]],
        },
      },
    ],
  };
}

export interface Box {
  label: string;
  spread: Spread;
}

/** Least, quartiles and most of each group. */
export function boxes(rows: Box[], name: string): EChartsCoreOption {
  const known = rows.filter((row) => row.spread.box !== null);
  const most = Math.max(...known.flatMap((row) => row.spread.box ?? []));
  return {
    grid: { ...GRID, bottom: 64 },
    tooltip: {
      trigger: 'item',
      renderMode: 'richText',
      formatter: (at: { dataIndex: number }) => {
        const row = known[at.dataIndex];
        const [least, q1, median, q3, most] = row?.spread.box ?? [];
        return row ? `${row.label}\nmedian ${number(median, 2)} (${number(q1, 2)} to ${number(q3, 2)})\n${number(least, 2)} to ${number(most, 2)}` : '';
      },
    },
    xAxis: { type: 'category', data: known.map((row) => row.label), axisLabel: { color: GREY, rotate: known.length > 6 ? 30 : 0 } },
    yAxis: axis(name, { nameGap: 44, ...(most <= 1 ? { max: 1 } : {}) }),
    series: [{ type: 'boxplot', itemStyle: { color: 'transparent', borderColor: INK }, data: known.map((row) => row.spread.box) }],
  };
}

const heat = (values: number[], low: number, high: number, colors: string[]) => ({
  min: low,
  max: Math.max(high, low + 1e-9),
  calculable: false,
  show: values.length > 0,
  orient: 'vertical',
  right: 0,
  top: 'middle',
  itemHeight: 90,
  textStyle: { color: GREY },
  precision: 2,
  inRange: { color: colors },
});

/** Cells of first (down) × second (across); a diagonal cell is agreement. */
export function confusionMatrix(row: QuestionStatistics): EChartsCoreOption {
  const titles = row.categories.map((c) => c.title);
  const cells = row.confusion.flatMap((counts, i) => counts.map((n, j) => [j, i, n]));
  const most = Math.max(...cells.map((cell) => cell[2] ?? 0));
  return {
    grid: { left: 110, right: 64, top: 12, bottom: 66 },
    tooltip: { trigger: 'item', renderMode: 'richText' },
    xAxis: { type: 'category', data: titles, name: 'Second', nameLocation: 'middle', nameGap: 44, nameTextStyle: { color: GREY }, axisLabel: { color: GREY, rotate: titles.length > 4 ? 25 : 0 } },
    yAxis: { type: 'category', data: titles, inverse: true, axisLabel: { color: GREY } },
    visualMap: heat([most], 0, most, RAMP),
    series: [{ type: 'heatmap', data: cells, label: { show: true, color: '#16202a' }, itemStyle: { borderColor: '#fff', borderWidth: 1 } }],
  };
}

/** What a cell of reader × reader shows: pooled Dice of a structure, or the size of a number's differences. */
export function cellValue(cell: { dice: HeatCell['dice']; numbers: Record<string, Limits> }, measure: string): number | null {
  return measure.startsWith('dice:') ? (cell.dice[measure.slice(5)]?.value ?? null) : (cell.numbers[measure]?.mean_absolute ?? null);
}

export function readerMatrix(cells: HeatCell[], names: Named, measure: string): { option: EChartsCoreOption; shown: HeatCell[] } {
  // each two who met stand on both sides of the diagonal
  const shown = cells
    .filter((cell) => cellValue(cell, measure) !== null)
    .flatMap((cell) => (cell.reader_a === cell.reader_b ? [cell] : [cell, { ...cell, reader_a: cell.reader_b, reader_b: cell.reader_a }]));
  const keys = [...new Set(shown.flatMap((cell) => [cell.reader_a, cell.reader_b]))].sort((a, b) => (names[a] ?? a).localeCompare(names[b] ?? b));
  const titles = keys.map((key) => names[key] ?? key);
  const values = shown.map((cell) => cellValue(cell, measure)!);
  const better = measure.startsWith('dice:');
  return {
    shown,
    option: {
      grid: { left: 150, right: 70, top: 12, bottom: 60 },
      tooltip: {
        trigger: 'item',
        renderMode: 'richText',
        formatter: (at: { dataIndex: number }) => {
          const cell = shown[at.dataIndex];
          return cell ? `${names[cell.reader_a] ?? ''} – ${names[cell.reader_b] ?? ''}\n${number(cellValue(cell, measure), 2)}\n${cell.n_cases} cases` : '';
        },
      },
      xAxis: { type: 'category', data: titles, axisLabel: { color: GREY, rotate: titles.length > 4 ? 25 : 0 } },
      yAxis: { type: 'category', data: titles, inverse: true, axisLabel: { color: GREY } },
      visualMap: heat(values, Math.min(...values), Math.max(...values), better ? RAMP : [...RAMP].reverse()),
      series: [
        {
          type: 'heatmap',
          label: { show: true, color: '#16202a', formatter: (at: { value: number[] }) => number(at.value[2], 2) },
          itemStyle: { borderColor: '#fff', borderWidth: 1 },
          data: shown.map((cell, i) => [keys.indexOf(cell.reader_b), keys.indexOf(cell.reader_a), values[i]]),
        },
      ],
    },
  };
}

export const METRICS: { value: Metric; label: string; unit: string }[] = [
  { value: 'dice', label: 'Dice', unit: '' },
  { value: 'jaccard', label: 'Jaccard', unit: '' },
  { value: 'hd_mm', label: 'HD', unit: 'mm' },
  { value: 'hd95_mm', label: 'HD95', unit: 'mm' },
  { value: 'mean_mm', label: 'Mean surface distance', unit: 'mm' },
];
