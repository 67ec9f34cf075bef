/** When in the heart beat a frame was taken, so that cines of unlike length run in step. */

/** What of a stack says when its frames were taken; names as on the wire. */
export interface Timing {
  n_phases: number;
  /** Delay after the R wave, [slice][phase]. */
  trigger_times_ms: readonly (readonly (number | null)[])[];
  rr_interval_ms: number | null;
}

/** Delays of one slice where all are known and rise; else null. */
export function delays(timing: Timing, slice: number): number[] | null {
  const row = timing.trigger_times_ms[slice]?.slice(0, timing.n_phases) ?? [];
  if (row.length < timing.n_phases || timing.n_phases < 2) return null;
  const known = row.filter((t): t is number => t !== null);
  return known.length === row.length && known.every((t, k) => k === 0 || t > known[k - 1]!) ? known : null;
}

/**
 * The beat's length: as stored, unless frames were taken later than that; else as long as the frames
 * would last if one more step closed the circle. null where neither is known.
 */
export function beatMs(timing: Timing, slice: number): number | null {
  const times = delays(timing, slice);
  const stored = timing.rr_interval_ms !== null && timing.rr_interval_ms > 0 ? timing.rr_interval_ms : null;
  if (!times) return stored;
  const first = times[0]!;
  const last = times[times.length - 1]!;
  if (stored !== null && last < stored) return stored;
  const step = (last - first) / (times.length - 1);
  const circle = step * times.length;
  // a first frame that comes late doesn't make the beat longer, unless the last would lie beyond it
  return circle > last ? circle : last + step;
}

/** The frame's place in the beat, 0 to below 1. Without delays, phases count as evenly spaced. */
export function fractionOf(timing: Timing, slice: number, phase: number): number {
  const times = delays(timing, slice);
  const beat = beatMs(timing, slice);
  if (!times || beat === null) return timing.n_phases > 0 ? phase / timing.n_phases : 0;
  return (((times[phase] ?? 0) / beat) % 1 + 1) % 1;
}

/** The phase taken nearest to this place in the beat; the end of a beat is near its start. */
export function phaseAt(timing: Timing, slice: number, fraction: number): number {
  let nearest = 0;
  let least = Infinity;
  for (let phase = 0; phase < timing.n_phases; phase += 1) {
    const apart = Math.abs(fractionOf(timing, slice, phase) - fraction);
    const away = Math.min(apart, 1 - apart);
    if (away < least - 1e-12) {
      least = away;
      nearest = phase;
    }
  }
  return nearest;
}
