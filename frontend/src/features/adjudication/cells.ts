/** What there is to decide: structure × slice × phase, the most contested first. */
import type { Adjudication, Decision } from '../../api/types';
import type { Places } from '../../viewer/stack';
import { against, type Reading, votes } from '../../viewer/readings/overlay';

export interface Cell {
  structure: string;
  slice: number;
  phase: number;
  /** Volume of the pixels about which the readings disagree. */
  ml: number;
}

const LEAST_ML = 0.05;

export const cellKey = (cell: Pick<Cell, 'structure' | 'slice' | 'phase'>): string => `${cell.structure}/${cell.slice}/${cell.phase}`;

/** ED and ES of any reading. */
export function decisivePhases(found: Adjudication): number[] {
  const { ed_phase, es_phase } = found.agreement;
  const all = [...Object.values(ed_phase), ...Object.values(es_phase)];
  return [...new Set(all.filter((p): p is number => p !== null))].sort((x, y) => x - y);
}

export function contested(found: Adjudication, readings: Reading[], places: Places): Cell[] {
  const { n_slices, rows, columns, pixel_spacing_mm, slice_spacing_mm } = places.stack.meta;
  const ml = (pixel_spacing_mm[0] * pixel_spacing_mm[1] * slice_spacing_mm) / 1000;
  const cells: Cell[] = [];
  for (const phase of decisivePhases(found))
    for (let slice = 0; slice < n_slices; slice += 1)
      for (const { code } of found.protocol.structures) {
        const seen = votes(readings, code, slice, phase, rows, columns);
        if (!seen) continue;
        let pixels = 0;
        for (const count of seen.counts) if (against(count, seen.of) > 0) pixels += 1;
        if (pixels * ml > LEAST_ML) cells.push({ structure: code, slice, phase, ml: pixels * ml });
      }
  return cells.sort((x, y) => y.ml - x.ml);
}

/** Standing decisions by cell. */
export function decided(decisions: Decision[], places: Places): Map<string, Decision> {
  const found = new Map<string, Decision>();
  for (const row of decisions) {
    const place = places.of(row);
    if (place) found.set(cellKey({ structure: row.structure, slice: place[0], phase: place[1] }), row);
  }
  return found;
}

/** The next contested cell that nobody has decided, after the one in view; from the start after the last. */
export function nextOpen(cells: Cell[], done: ReadonlyMap<string, Decision>, now: string, by: 1 | -1): Cell | null {
  const open = cells.filter((cell) => !done.has(cellKey(cell)) || cellKey(cell) === now);
  const at = open.findIndex((cell) => cellKey(cell) === now);
  const others = open.filter((cell) => cellKey(cell) !== now);
  if (others.length === 0) return null;
  if (at < 0) return by === 1 ? others[0]! : others.at(-1)!;
  return open[(at + by + open.length) % open.length] ?? null;
}
