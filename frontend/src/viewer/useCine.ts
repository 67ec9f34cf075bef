import { useCallback, useEffect, useState } from 'react';

import type { Stack } from '../api/types';
import { beatMs } from '../cmr/timing';

export interface Cine {
  slice: number;
  phase: number;
  playing: boolean;
  phases: number;
  go: (slice: number, phase: number) => void;
  moveSlice: (by: number) => void;
  /** To a slice, while the cine goes on. */
  toSlice: (slice: number) => void;
  movePhase: (by: number) => void;
  /** 1 is the heart's own rate. */
  rate: number;
  changeRate: (by: 1 | -1) => void;
  framesPerSecond: number;
  setPlaying: (on: boolean | ((before: boolean) => boolean)) => void;
}

const DEFAULT_RR_MS = 1000;
const SLOWEST_MS = 120;
const RATES = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2];

/** Where the reader is, and the beating heart: phases run at the heart's own rate. */
export function useCine(stack: Stack | null): Cine {
  const [place, setPlace] = useState({ slice: 0, phase: 0 });
  const [playing, setPlaying] = useState(false);
  const [rate, setRate] = useState(1);
  const slices = stack?.meta.n_slices ?? 1;
  const phases = stack?.meta.n_phases ?? 1;

  // the middle of the heart is where a reader begins
  useEffect(() => setPlace({ slice: Math.floor(slices / 2), phase: 0 }), [slices, phases]);

  const moveSlice = useCallback(
    (by: number) => setPlace((p) => ({ ...p, slice: Math.min(slices - 1, Math.max(0, p.slice + by)) })),
    [slices],
  );
  const toSlice = useCallback((slice: number) => setPlace((p) => ({ ...p, slice: Math.min(slices - 1, Math.max(0, slice)) })), [slices]);
  const movePhase = useCallback(
    (by: number) => {
      setPlaying(false);
      setPlace((p) => ({ ...p, phase: (p.phase + by + phases) % phases }));
    },
    [phases],
  );
  const go = useCallback((slice: number, phase: number) => {
    setPlaying(false);
    setPlace({ slice, phase });
  }, []);

  const changeRate = useCallback(
    (by: 1 | -1) => setRate((r) => RATES[Math.min(RATES.length - 1, Math.max(0, RATES.indexOf(r) + by))]!),
    [],
  );
  const step = Math.min(SLOWEST_MS, beat(stack) / phases) / rate;

  useEffect(() => {
    if (!playing || phases < 2) return undefined;
    let last = performance.now();
    let frame = requestAnimationFrame(function tick(now) {
      const steps = Math.floor((now - last) / step);
      if (steps > 0) {
        last += steps * step;
        setPlace((p) => ({ ...p, phase: (p.phase + steps) % phases }));
      }
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, phases, step]);

  return { ...place, playing, phases, go, moveSlice, toSlice, movePhase, rate, changeRate, framesPerSecond: 1000 / step, setPlaying };
}

const beat = (stack: Stack | null): number => (stack && beatMs(stack.meta, Math.floor(stack.meta.n_slices / 2))) ?? DEFAULT_RR_MS;
