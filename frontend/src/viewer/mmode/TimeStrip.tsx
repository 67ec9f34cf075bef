import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type PointerEvent, useEffect, useMemo, useReducer, useRef } from 'react';

import type { Stack } from '../../api/types';
import { number } from '../../components/format';
import { lineLengthMm, lineSamples, phaseWithin, timeStrip } from '../../cmr/timeLine';
import type { ColorTable } from '../display/colors';
import type { Window } from '../painting';
import { useSize } from '../panes/useSize';
import type { FrameStore } from '../pixels';
import { stripAxes } from './axes';
import type { Ends } from './lineMark';
import classes from './mmode.module.css';
import { paintStrip } from './paintStrip';

interface Props {
  stack: Stack;
  store: FrameStore;
  slice: number;
  phase: number;
  ends: Ends;
  window: Window | null;
  table: ColorTable;
  /** Phases on or back. */
  onPhase: ((by: number) => void) | undefined;
  onClose: () => void;
}

const PER_MM = 4; // samples along the line
const MOST_SAMPLES = 1200;

/** One line of the image through time: distance down, time across. A press goes to that phase. */
export function TimeStrip({ stack, store, slice, phase, ends, window, table, onPhase, onClose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(box);
  const { meta } = stack;
  const lengthMm = lineLengthMm(ends, meta.pixel_spacing_mm);
  const axes = useMemo(() => stripAxes(meta, slice, lengthMm, width, height), [meta, slice, lengthMm, width, height]);
  const arrived = useFrames(store, slice, meta.n_phases);
  const values = useMemo(() => {
    const samples = lineSamples(ends, Math.min(MOST_SAMPLES, Math.max(2, Math.ceil(lengthMm * PER_MM))));
    const frames = Array.from({ length: meta.n_phases }, (_, p) => store.peek(slice, p));
    const strip = timeStrip(frames, samples);
    return strip.map((value, i) => {
      const frame = frames[i % meta.n_phases];
      return frame ? value * frame.slope + frame.intercept : NaN;
    });
    // frames that come while the strip is open
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [ends, lengthMm, store, slice, meta, arrived]);

  useEffect(() => {
    if (!window || !canvas.current || width === 0) return;
    paintStrip(canvas.current, values, window, table, axes);
    canvas.current.dataset['painted'] = `${slice}/${arrived}`;
  }, [values, window, table, axes, width, height, slice, arrived]);

  const press = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const x = event.clientX - box.current!.getBoundingClientRect().left;
    const wanted = phaseWithin(axes.edges, (x - axes.left) / axes.width);
    if (wanted !== phase) onPhase?.(wanted - phase);
  };
  const now = `phase ${phase + 1} of ${meta.n_phases}${axes.known ? `, ${number(axes.times[phase]!)} ms` : ''}`;
  const density = devicePixelRatio || 1;
  return (
    <div className={classes.strip} data-testid="time-strip" data-axes={JSON.stringify({ left: axes.left, top: axes.top, width: axes.width, height: axes.height, edges: axes.edges })} data-length-mm={lengthMm}>
      <div
        ref={box}
        className={classes.box}
        role="slider"
        tabIndex={0}
        aria-label={`Line of ${number(lengthMm, 1)} mm over all phases`}
        aria-valuemin={1}
        aria-valuemax={meta.n_phases}
        aria-valuenow={phase + 1}
        aria-valuetext={now}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          press(event);
        }}
        onPointerMove={press}
      >
        <canvas ref={canvas} width={width * density} height={height * density} />
        <i className={classes.now} style={{ left: axes.left + (axes.centres[phase] ?? 0) * axes.width, top: axes.top, height: axes.height }} data-testid="time-strip-now" />
      </div>
      <div className={classes.head}>
        <span>{`${number(lengthMm, 1)} mm`}</span>
        <ActionIcon size={24} variant="subtle" color="gray" aria-label="Close the strip" onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </div>
    </div>
  );
}

/** Counts the frames of the slice as they come. */
function useFrames(store: FrameStore, slice: number, phases: number): number {
  const [, count] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    let gone = false;
    const say = () => !gone && count();
    // one that can't be shown stays dark in the strip
    for (let p = 0; p < phases; p += 1) if (!store.peek(slice, p)) store.load(slice, p).then(say, say);
    return () => {
      gone = true;
    };
  }, [store, slice, phases]);
  return store.countReady(slice);
}
