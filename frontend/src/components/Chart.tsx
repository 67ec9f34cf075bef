import { Button, Group } from '@mantine/core';
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
  /** Offers the figure as an SVG file of this name. */
  fileName?: string;
}

/** ECharts with text tooltips only: nothing that comes from data is ever markup (`richText`). */
export function Chart({ option, height, label, onPoint, fileName }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init> | null>(null);
  const click = useRef(onPoint);
  useEffect(() => {
    click.current = onPoint;
  }, [onPoint]);
  // a chart costs more than all around it: what a person waits for is painted first
  useEffect(
    () =>
      whenIdle(() => {
        chart.current ??= make(box.current!, click);
        chart.current.setOption({ animation: false, tooltip: { trigger: 'axis', renderMode: 'richText' }, ...option }, true);
      }),
    [option],
  );
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const made = chart.current;
      const { width, height: tall } = entry!.contentRect;
      // a chart that is resized is drawn anew, even to the same size
      if (made && (made.getWidth() !== Math.floor(width) || made.getHeight() !== Math.floor(tall))) made.resize();
    });
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  const picture = <div ref={box} style={{ height }} role="img" aria-label={label} />;
  if (!fileName) return picture;
  return (
    <>
      {picture}
      <Group justify="flex-end">
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label={`Save as SVG: ${label}`}
          onClick={() => chart.current && save(chart.current, fileName)}
        >
          Save as SVG
        </Button>
      </Group>
    </>
  );
}

function save(made: ReturnType<typeof init>, fileName: string): void {
  const link = document.createElement('a');
  link.href = made.getDataURL({ type: 'svg' });
  link.download = fileName;
  link.click();
}

function make(box: HTMLDivElement, click: { current: ((index: number) => void) | undefined }): ReturnType<typeof init> {
  const made = init(box, undefined, { renderer: 'svg' });
  made.on('click', (event) => {
    if (event.componentType !== 'markLine' && typeof event.dataIndex === 'number') click.current?.(event.dataIndex);
  });
  return made;
}

/** Once the page has nothing better to do, within half a second; returns how to call it off. */
function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const later = setTimeout(work);
    return () => clearTimeout(later);
  }
  const asked = requestIdleCallback(work, { timeout: 500 });
  return () => cancelIdleCallback(asked);
}
