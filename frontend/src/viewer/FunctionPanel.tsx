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
  /** Go to the contours behind a number. */
  onJump: (structure: string, phase: number) => void;
}

/** Volumes, ejection fraction and mass beside the contours that make them. */
export function FunctionPanel({ numbers, convention, phase, colors, onPhase, timesMs, onJump }: Props) {
  const option = useMemo(
    () => curve(numbers, colors, timesMs),
    [numbers, colors, timesMs],
  );
  // differences of two phases lead to ES: that is where a contour most often goes wrong
  const { ed_phase: ed, es_phase: es } = numbers;
  const rows: Line[] = [
    { name: 'EDV', value: numbers.edv_ml, unit: 'ml', id: 'edv', structure: 'lv_endo', phase: ed },
    { name: 'ESV', value: numbers.esv_ml, unit: 'ml', id: 'esv', structure: 'lv_endo', phase: es },
    { name: 'SV', value: numbers.sv_ml, unit: 'ml', id: 'sv', structure: 'lv_endo', phase: es },
    { name: 'LV mass', value: numbers.mass_g, unit: 'g', id: 'mass', structure: 'lv_epi', phase: ed },
  ];
  const right: Line[] = [
    { name: 'RV EDV', value: numbers.rv_edv_ml, unit: 'ml', id: 'rv-edv', structure: 'rv_endo', phase: ed },
    { name: 'RV ESV', value: numbers.rv_esv_ml, unit: 'ml', id: 'rv-esv', structure: 'rv_endo', phase: es },
    { name: 'RV EF', value: numbers.rv_ef_percent, unit: '%', id: 'rv-ef', structure: 'rv_endo', phase: es },
  ];
  return (
    <section aria-label="Ventricular function" data-phase={phase}>
      <h2 className={classes.title}>Left ventricle</h2>
      <div className={classes.card}>
        <div className={classes.headline}>
          <span>EF</span>
          <strong data-testid="ef">
            <Jump line={{ name: 'EF', value: numbers.ef_percent, structure: 'lv_endo', phase: es }} onJump={onJump} /> %
          </strong>
        </div>
        <Chart option={option} height={132} label="Volume over the cardiac cycle" onPoint={onPhase} />
      </div>
      <Table rows={rows} onJump={onJump} />
      <h2 className={classes.title}>Right ventricle</h2>
      <Table rows={right} onJump={onJump} />
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

interface Line {
  name: string;
  value: number | null;
  unit: string;
  id: string;
  /** The contours behind it. */
  structure: string;
  phase: number | null;
}

function Jump({ line, onJump }: { line: Pick<Line, 'name' | 'value' | 'structure' | 'phase'>; onJump: Props['onJump'] }) {
  const { phase } = line;
  if (line.value === null || phase === null) return number(line.value, 1);
  return (
    <button type="button" className={classes.jump} title={`${line.name}: go to its contours`} onClick={() => onJump(line.structure, phase)}>
      {number(line.value, 1)}
    </button>
  );
}

function Table({ rows, onJump }: { rows: Line[]; onJump: Props['onJump'] }) {
  return (
    <table className={classes.table}>
      <tbody>
        {rows.map((line) => (
          <tr key={line.id}>
            <th scope="row">{line.name}</th>
            <td data-testid={line.id}>
              <Jump line={line} onJump={onJump} /> <span>{line.unit}</span>
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
