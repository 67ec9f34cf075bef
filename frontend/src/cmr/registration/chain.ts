/**
 * Contours carried from phase to phase. The heart is followed frame by frame, because neighbours
 * look alike; the sum is then checked against the frame it began in, so that small errors don't
 * add up. Two ways round the cycle (or from two contoured phases) are blended by how far each came.
 */
import type { Parts, Point } from '../geometry';
import { blended } from '../blend';
import { composed, type Motion, motionBetween, still } from './demons';
import { type Crop, type Picture, valueAt } from './picture';

/** Contours of one frame by structure, in image pixels. */
export type Drawn = Record<string, Parts>;

export interface Source {
  phase: number;
  drawn: Drawn;
}

/** The frames of one slice by phase; null where one is missing. All are cut by the same crop. */
export interface Beat {
  crop: Crop;
  pictures: (Picture | null)[];
}

/** Iterations of the check against the first frame: the chain is near already. */
const CHECK = { iterations: [8, 12], fluidPx: 1, diffusionPx: 1.2, stepPx: 1 };

/** Room around the contours in which the heart may move. */
export const MARGIN_MM = 22;

/** The pixels around contours that registration looks at, inside the frame; null without contours. */
export function cropAround(parts: Parts, rows: number, columns: number, spacingMm: readonly [number, number]): Crop | null {
  const points = parts.flat();
  if (points.length === 0) return null;
  const [byRow, byColumn] = [MARGIN_MM / spacingMm[0], MARGIN_MM / spacingMm[1]];
  const low = (values: number[], margin: number) => Math.max(0, Math.floor(Math.min(...values) - margin));
  const high = (values: number[], margin: number, last: number) => Math.min(last, Math.ceil(Math.max(...values) + margin));
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [column, row] = [low(xs, byColumn), low(ys, byRow)];
  const width = high(xs, byColumn, columns - 1) - column + 1;
  const height = high(ys, byRow, rows - 1) - row + 1;
  return width >= 2 && height >= 2 ? { column, row, width, height } : null;
}

/** Contours moved by a motion of the crop. */
export function carried(drawn: Drawn, motion: Motion, crop: Crop): Drawn {
  const move = ([x, y]: Point): Point => {
    const [cx, cy] = [x - crop.column, y - crop.row];
    return [
      x + valueAt(motion.dx, motion.width, motion.height, cx, cy),
      y + valueAt(motion.dy, motion.width, motion.height, cx, cy),
    ];
  };
  return Object.fromEntries(Object.entries(drawn).map(([code, parts]) => [code, parts.map((part) => part.map(move))]));
}

/** The phases from `from` on, one after the other in a direction round the cycle, up to and without `until`. */
export function walk(phases: number, from: number, direction: 1 | -1, until: number): number[] {
  const found: number[] = [];
  for (let p = (from + direction + phases) % phases; p !== until && p !== from; p = (p + direction + phases) % phases) found.push(p);
  return found;
}

/** Follow the heart along `path`; one contour set per phase, handed over as it is made. A missing frame is stepped over. */
export function* follow(beat: Beat, source: Source, path: number[]): Generator<{ phase: number; drawn: Drawn }> {
  const first = beat.pictures[source.phase];
  if (!first) return;
  let before = first;
  let sum = still(first.width, first.height);
  for (const phase of path) {
    const picture = beat.pictures[phase];
    if (!picture) continue;
    sum = composed(sum, motionBetween(before, picture));
    sum = motionBetween(first, picture, sum, CHECK);
    before = picture;
    yield { phase, drawn: carried(source.drawn, sum, beat.crop) };
  }
}

/** One registration done; with `drawn`, the contours of this phase are ready. */
export interface Step {
  phase: number;
  drawn: Drawn | null;
}

/**
 * Contours for every phase between the sources, the whole way round the cycle: forwards from the
 * source before and backwards from the one after (with one source, from it both ways), mixed by the
 * distance in phases. The sources themselves stay as they are.
 */
export function* fillCycle(beat: Beat, sources: Source[]): Generator<Step> {
  const phases = beat.pictures.length;
  const ordered = [...sources].sort((a, b) => a.phase - b.phase);
  for (const [i, source] of ordered.entries()) {
    const next = ordered[(i + 1) % ordered.length]!;
    const path = walk(phases, source.phase, 1, next.phase);
    const forward = new Map<number, Drawn>();
    for (const { phase, drawn } of follow(beat, source, path)) {
      forward.set(phase, drawn);
      yield { phase, drawn: null };
    }
    for (const { phase, drawn } of follow(beat, next, [...path].reverse())) {
      yield { phase, drawn: mixed(forward.get(phase), drawn, (path.indexOf(phase) + 1) / (path.length + 1)) };
    }
  }
}

/** How many steps that takes: each phase is reached twice. */
export function stepsOf(beat: Beat, sources: Source[]): number {
  const goals = beat.pictures.filter((picture, phase) => picture !== null && !sources.some((s) => s.phase === phase));
  return 2 * goals.length;
}

/** Two contour sets of one frame, mixed structure by structure; one alone stays as it is. */
export function mixed(a: Drawn | undefined, b: Drawn | undefined, weightOfB: number): Drawn {
  if (!a || !b) return a ?? b ?? {};
  const codes = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...codes].map((code) => {
      const [mine, other] = [a[code], b[code]];
      if (!mine || !other) return [code, (mine ?? other)!];
      // both nearly always mix; where shapes differ too much, the nearer one stands
      return [code, blended(mine, other, weightOfB) ?? (weightOfB < 0.5 ? mine : other)];
    }),
  );
}
