/** Contours for the slices between contoured ones: one structure, one phase. */
import { type Blend, blend } from './blend';
import type { Parts } from './geometry';

export interface Between {
  slice: number;
  result: Blend;
}

/**
 * A contour for every slice that has none and lies between two that have one. Beyond the outermost
 * contours nothing is made up. `positionMm` is the place of each slice along the stack, so that
 * uneven gaps count; `ratio` is row height over column width.
 */
export function interpolateSlices(contours: ReadonlyMap<number, Parts>, positionMm: readonly number[], ratio = 1): Between[] {
  const drawn = [...contours.keys()].filter((slice) => contours.get(slice)!.length > 0).sort((a, b) => a - b);
  const found: Between[] = [];
  for (let i = 0; i + 1 < drawn.length; i += 1) {
    const [above, below] = [drawn[i]!, drawn[i + 1]!];
    for (let slice = above + 1; slice < below; slice += 1) {
      const weight = (positionMm[slice]! - positionMm[above]!) / (positionMm[below]! - positionMm[above]!);
      found.push({ slice, result: blend(contours.get(above)!, contours.get(below)!, weight, ratio) });
    }
  }
  return found;
}
