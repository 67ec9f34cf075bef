/** The FROC plane; pure. */
import type { EChartsCoreOption } from 'echarts/core';

import type { Found, LandmarkStatistics } from '../../api/agreement';
import { AXIS, GREY } from '../../components/chartStyle';
import { number } from '../../components/format';

const INK = '#3a8fd2';
const ALL = '#d9480f';

interface At {
  name: string;
  value: [number, number];
  text: string;
}

/** A reader's place: false marks a reading, and the share of landmarks found; none without any. */
export function placeOf(name: string, of: Found): At | null {
  if (of.sensitivity.value === null || of.false_per_image === null) return null;
  const text = `${name}\n${of.hits} of ${of.n_findings} found\n${number(of.false_per_image, 2)} false a reading`;
  return { name, value: [of.false_per_image, of.sensitivity.value], text };
}

export function frocPlane(row: LandmarkStatistics): EChartsCoreOption {
  const readers = row.readers.map((r) => placeOf(r.label, r)).filter((at) => at !== null);
  const all = placeOf('All', row.all);
  const furthest = Math.max(1, ...readers.map((at) => at.value[0]));
  const axis = (name: string, max: number) => ({
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { color: GREY },
    ...AXIS,
    min: 0,
    max,
  });
  return {
    grid: { left: 56, right: 24, top: 22, bottom: 46 },
    xAxis: axis('false marks a reading', Math.ceil(furthest)),
    yAxis: axis('sensitivity', 1),
    tooltip: { trigger: 'item', renderMode: 'richText', formatter: (at: { data: At }) => at.data.text },
    series: [
      { type: 'scatter', name: 'Readers', symbolSize: 10, itemStyle: { color: INK, opacity: 0.8 }, data: readers },
      { type: 'scatter', name: 'All', symbol: 'diamond', symbolSize: 13, itemStyle: { color: ALL }, data: all && row.readers.length > 1 ? [all] : [] },
    ],
  };
}
