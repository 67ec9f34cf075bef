/** Phases of different stacks matched by where they lie in the heart's cycle, not by their index. */

export interface Timing {
  n_phases: number;
  /** By slice and phase, from the R wave; null where the header says nothing. */
  trigger_times_ms: (number | null)[][];
  rr_interval_ms: number | null;
}

/**
 * Fraction of the cycle, 0 up to 1, of a phase. Phases are taken as evenly spread over the cycle
 * where trigger times or the RR interval are not known.
 */
export function fractionOf(timing: Timing, slice: number, phase: number): number {
  const time = timing.trigger_times_ms[slice]?.[phase];
  const rr = cycleMs(timing, slice);
  if (time === null || time === undefined || rr === null) return phase / Math.max(1, timing.n_phases);
  const fraction = (time / rr) % 1;
  return fraction < 0 ? fraction + 1 : fraction;
}

/** The phase nearest to a fraction of the cycle; the cycle closes, so that 0.99 is near to 0. */
export function phaseAt(timing: Timing, slice: number, fraction: number): number {
  let best = 0;
  let away = Infinity;
  for (let phase = 0; phase < timing.n_phases; phase += 1) {
    const apart = Math.abs(fractionOf(timing, slice, phase) - fraction);
    const distance = Math.min(apart, 1 - apart);
    if (distance < away - 1e-9) {
      best = phase;
      away = distance;
    }
  }
  return best;
}

/** The length of the cycle: what the header says, else as long as the trigger times and one step more. */
function cycleMs(timing: Timing, slice: number): number | null {
  if (timing.rr_interval_ms !== null && timing.rr_interval_ms > 0) return timing.rr_interval_ms;
  const times = (timing.trigger_times_ms[slice] ?? []).filter((t): t is number => t !== null);
  if (times.length < 2) return null;
  const span = Math.max(...times) - Math.min(...times);
  return span > 0 ? (span * times.length) / (times.length - 1) : null;
}
