import { useMemo } from 'react';

import type { FunctionResult } from '../cmr/volumes';
import { Chart } from '../components/Chart';
import { number } from '../components/format';
import classes from './panel.module.css';

interface Props {
  numbers: FunctionResult;
  convention: string;
  phase: number;
  colors: { lv: string; rv: string };
  onPhase: (phase: number) => void;
  timesMs: (number | null)[];
}

/** Volumes, ejection fraction and mass beside the contours that make them. */
export function FunctionPanel({ numbers, convention, phase, colors, onPhase, timesMs }: Props) {
  const option = useMemo(
    () => curve(numbers, colors, timesMs),
    [numbers, colors, timesMs],
  );
  const rows: [string, number | null, string, string][] = [
    ['EDV', numbers.edv_ml, 'ml', 'edv'],
    ['ESV', numbers.esv_ml, 'ml', 'esv'],
    ['SV', numbers.sv_ml, 'ml', 'sv'],
    ['LV mass', numbers.mass_g, 'g', 'mass'],
  ];
  const right: [string, number | null, string, string][] = [
    ['RV EDV', numbers.rv_edv_ml, 'ml', 'rv-edv'],
    ['RV ESV', numbers.rv_esv_ml, 'ml', 'rv-esv'],
    ['RV EF', numbers.rv_ef_percent, '%', 'rv-ef'],
  ];
  return (
    <section aria-label="Ventricular function" data-phase={phase}>
      <h2 className={classes.title}>Left ventricle</h2>
      <div className={classes.card}>
        <div className={classes.headline}>
          <span>EF</span>
          <strong data-testid="ef">{number(numbers.ef_percent, 1)} %</strong>
        </div>
        <Chart option={option} height={132} label="Volume over the cardiac cycle" onPoint={onPhase} />
      </div>
      <Table rows={rows} />
      <h2 className={classes.title}>Right ventricle</h2>
      <Table rows={right} />
      <p className={classes.small}>
        ED phase {numbers.ed_phase === null ? '–' : numbers.ed_phase + 1} · ES phase {numbers.es_phase === null ? '–' : numbers.es_phase + 1} ·{' '}
        {convention} · summation of discs
        {numbers.spacing_assumed && ' · spacing assumed'}
      </p>
      {numbers.notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
    </section>
  );
}

function Table({ rows }: { rows: [string, number | null, string, string][] }) {
  return (
    <table className={classes.table}>
      <tbody>
        {rows.map(([name, value, unit, id]) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td data-testid={id}>
              {number(value, 1)} <span>{unit}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function curve(numbers: FunctionResult, colors: { lv: string; rv: string }, timesMs: (number | null)[]) {
  const axis = { axisLabel: { color: '#93a1ae', fontSize: 10 }, axisLine: { lineStyle: { color: '#323d48' } }, splitLine: { show: false } };
  const round = (values: (number | null)[]) => values.map((v) => (v === null ? null : Math.round(v * 10) / 10));
  const at = (phase: number | null, name: string) =>
    phase === null ? [] : [{ name, coord: [phase, numbers.lv_volume_ml[phase]], value: name }];
  const line = { type: 'line', symbol: 'circle', symbolSize: 5, showSymbol: true, connectNulls: false };
  return {
    grid: { left: 34, right: 14, top: 22, bottom: 20 },
    textStyle: { fontFamily: 'inherit' },
    xAxis: {
      type: 'category',
      data: numbers.lv_volume_ml.map((_, i) => (timesMs[i] == null ? String(i + 1) : String(Math.round(timesMs[i])))),
      boundaryGap: false,
      ...axis,
    },
    yAxis: { type: 'value', scale: true, splitNumber: 3, ...axis },
    series: [
      {
        ...line,
        name: 'LV, ml',
        data: round(numbers.lv_volume_ml),
        itemStyle: { color: colors.lv },
        markPoint: {
          symbol: 'circle',
          symbolSize: 9,
          itemStyle: { color: '#fff' },
          label: { color: '#fff', fontSize: 10, position: 'top', formatter: '{b}' },
          data: [...at(numbers.ed_phase, 'ED'), ...at(numbers.es_phase, 'ES')],
        },
      },
      { ...line, name: 'RV, ml', symbolSize: 3, data: round(numbers.rv_volume_ml), itemStyle: { color: colors.rv }, lineStyle: { width: 1.2, opacity: 0.8 } },
    ],
  };
}
