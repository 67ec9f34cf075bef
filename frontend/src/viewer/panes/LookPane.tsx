import { useMemo } from 'react';

import type { Point } from '../../cmr/geometry';
import type { Layer, Shape } from '../painting';
import room from '../room.module.css';
import { type OpenStack, usePrefetch } from '../stack';
import { toolOf } from '../tools/registry';
import { Viewport } from '../Viewport';
import classes from './panes.module.css';
import { lineLayer, type ReferenceLine, withLines } from './referenceLines';

interface Props {
  open: OpenStack;
  title: string;
  color: string;
  slice: number;
  phase: number;
  /** The chosen tool; one that edits pans here. */
  tool: string;
  lines: ReferenceLine[];
  resetToken: number;
  onSlice: (by: number) => void;
  onPhase: (by: number) => void;
  onLine: (line: ReferenceLine, image: Point) => void;
  /** Where time isn't the heart's phase, it is chosen by hand. */
  onTime?: ((index: number) => void) | undefined;
}

const NO_SHAPES: Shape[] = [];

/** Another stack of the case, to look at. */
export function LookPane({ open, title, color, slice, phase, tool, lines, resetToken, onSlice, onPhase, onLine, onTime }: Props) {
  const { stack, store } = open;
  const { n_slices, n_phases, time_axis } = stack.meta;
  const step = time_axis === 'cardiac_phase' ? 'phase' : 'image';
  const ready = usePrefetch(open, slice);
  const layers = useMemo((): Layer[] => [lineLayer(lines)], [lines]);
  const definition = useMemo(() => withLines(toolOf(toolOf(tool).edits ? 'pan' : tool), lines, onLine), [tool, lines, onLine]);
  const place = `slice ${slice + 1}/${n_slices}${n_phases > 1 ? `   ${step} ${phase + 1}/${n_phases}` : ''}`;
  return (
    <div className={room.pane} data-testid="look-pane" data-stack={stack.id} data-lines={JSON.stringify(lines.map(({ id, ends }) => ({ id, ends })))}>
      <Viewport
        stack={stack}
        store={store}
        slice={slice}
        phase={phase}
        tool={definition}
        shapes={NO_SHAPES}
        layers={layers}
        target={null}
        onSlice={onSlice}
        onPhase={onTime ? (by) => onTime((((phase + by) % n_phases) + n_phases) % n_phases) : onPhase}
        resetToken={resetToken}
        label={`${title}, slice ${slice + 1} of ${n_slices}, ${step} ${phase + 1} of ${n_phases}, to look at`}
      />
      <div className={room.caption}>
        <b style={{ color }}>{title}</b>
        {`\n${place}${ready < n_phases ? `   loading ${ready}/${n_phases}` : ''}`}
      </div>
      {onTime && (
        <input
          type="range"
          className={classes.time}
          aria-label={`${title}: image in time`}
          min={0}
          max={n_phases - 1}
          value={phase}
          onChange={(event) => onTime(Number(event.currentTarget.value))}
        />
      )}
    </div>
  );
}
