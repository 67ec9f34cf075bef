import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkPointComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

register([LineChart, GridComponent, LegendComponent, TooltipComponent, MarkPointComponent, SVGRenderer]);

interface Props {
  option: EChartsCoreOption;
  height: number;
  label: string;
  onPoint?: (index: number) => void;
}

/** ECharts with text tooltips only: nothing that comes from data is ever markup (`richText`). */
export function Chart({ option, height, label, onPoint }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init> | null>(null);
  const click = useRef(onPoint);
  useEffect(() => {
    click.current = onPoint;
  }, [onPoint]);
  useEffect(() => {
    const made = init(box.current!, undefined, { renderer: 'svg' });
    chart.current = made;
    made.on('click', (event) => {
      if (typeof event.dataIndex === 'number') click.current?.(event.dataIndex);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption({ animation: false, tooltip: { trigger: 'axis', renderMode: 'richText' }, ...option }, true);
  }, [option]);
  return <div ref={box} style={{ height }} role="img" aria-label={label} />;
}
