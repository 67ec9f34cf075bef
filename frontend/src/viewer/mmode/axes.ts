/** Where the strip's picture lies and what its axes say. Pure. */
import { number } from '../../components/format';
import { phaseEdges } from '../../cmr/timeLine';
import { delays, type Timing } from '../../cmr/timing';
import type { Axes } from './paintStrip';

const MARGIN = { left: 46, right: 16, top: 8, bottom: 22 };
const TICK_PX = 64; // ticks are at least so far apart across, and half as far down

export interface StripAxes extends Axes {
  /** When each phase was taken, along the axis from 0 to 1. */
  centres: number[];
  /** ms, or the phase's number where the times are not known. */
  times: number[];
  known: boolean;
}

export function stripAxes(timing: Timing, slice: number, lengthMm: number, width: number, height: number): StripAxes {
  const found = delays(timing, slice);
  const times = found ?? Array.from({ length: timing.n_phases }, (_, p) => p + 1);
  const edges = phaseEdges(times);
  const [first, span] = [edges[0]!, edges.at(-1)! - edges[0]!];
  const place = (time: number) => (time - first) / span;
  const box = { left: MARGIN.left, top: MARGIN.top, width: Math.max(1, width - MARGIN.left - MARGIN.right), height: Math.max(1, height - MARGIN.top - MARGIN.bottom) };
  return {
    ...box,
    edges: edges.map(place),
    centres: times.map(place),
    times,
    known: found !== null,
    across: roundNumbers(Math.max(first, 0), edges.at(-1)!, box.width / TICK_PX).map((t, i) => ({ at: place(t), text: i === 0 ? `${number(t)} ${found ? 'ms' : 'phase'}` : number(t) })),
    down: roundNumbers(0, lengthMm, box.height / (TICK_PX / 2)).map((mm, i) => ({ at: lengthMm > 0 ? mm / lengthMm : 0, text: i === 0 ? '0 mm' : number(mm) })),
  };
}

/** Multiples of 1, 2 or 5 times a power of ten between two numbers, about `most` of them; whole ones. */
export function roundNumbers(from: number, to: number, most: number): number[] {
  const least = Math.max(1, (to - from) / Math.max(1, most));
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((k) => k * power).find((size) => size >= least - 1e-9)!;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}
