import type { EChartsCoreOption } from 'echarts/core';

import { AXIS, GREY } from '../../components/chartStyle';

export interface DriftWeek {
  week: string;
  n: number;
  value: number | null;
  low: number;
  high: number;
  alarm: boolean;
}

export interface DriftChart {
  code: string;
  kind: 'input' | 'output' | 'behaviour';
  title: string;
  unit: string;
  site: string;
  n_reference: number;
  centre: number;
  weeks: DriftWeek[];
}

export interface DriftLacking {
  kind: DriftChart['kind'];
  title: string;
  n_reference: number;
  missing: number;
}

export interface Drift {
  reference: { id: string; first_date: string; last_date: string; chosen_by: string } | null;
  may_choose: boolean;
  charts: DriftChart[];
  lacking: DriftLacking[];
}

export const KINDS = [
  ['input', 'What comes in'],
  ['output', 'What the model makes of it'],
  ['behaviour', 'What readers do with it'],
] as const;

const ALARM = '#e03131';
const LINE = '#1c7ed6';

/** A number with its unit; shares in per cent. */
export function spoken(value: number | null, unit: string): string {
  if (value === null) return '–';
  return unit === 'share' ? `${(100 * value).toFixed(1)} %` : `${Number(value.toPrecision(3))} ${unit}`.trim();
}

export function alarmWeeks(chart: DriftChart): string[] {
  return chart.weeks.filter((week) => week.alarm).map((week) => week.week);
}

/** What a chart that can't be drawn waits for. */
export function waitsFor(row: DriftLacking): string {
  if (row.missing === 0) return `All ${row.n_reference} values of the reference are the same: there is no spread to judge by.`;
  return `${row.missing} more ${row.missing === 1 ? 'case is' : 'cases are'} needed in the reference (${row.n_reference} so far).`;
}

export function driftOption(chart: DriftChart): EChartsCoreOption {
  const line = (name: string, data: (number | null)[]) => ({ name, type: 'line', data, symbol: 'none', lineStyle: { color: GREY, type: 'dashed', width: 1 }, itemStyle: { color: GREY } });
  return {
    grid: { left: 56, right: 12, top: 12, bottom: 28 },
    xAxis: { type: 'category', data: chart.weeks.map((week) => week.week), ...AXIS },
    yAxis: { type: 'value', scale: true, ...AXIS },
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: (value: unknown) => spoken(typeof value === 'number' ? value : null, chart.unit) },
    series: [
      line('Upper limit', chart.weeks.map((week) => week.high)),
      line('Lower limit', chart.weeks.map((week) => week.low)),
      {
        name: 'Weighted mean',
        type: 'line',
        connectNulls: true,
        showAllSymbol: true, // else only weeks with a tick would show their alarm
        lineStyle: { color: LINE, width: 2 },
        itemStyle: { color: LINE },
        data: chart.weeks.map((week) =>
          week.alarm ? { value: week.value, symbol: 'diamond', symbolSize: 12, itemStyle: { color: ALARM } } : { value: week.value, symbolSize: 3 },
        ),
      },
    ],
  };
}
