/** The state of every slice × phase. Pure. */
import type { Annotation } from '../api/types';
import type { Places } from './stack';

/** `ai`, `propagated`, `imported`: not looked at; `todo`: not looked at, at ED or ES; `done`: accepted or edited. */
export type Cell = 'hole' | 'none' | 'done' | 'ai' | 'imported' | 'propagated' | 'todo';

export const WORDS: Record<Cell, string> = {
  hole: 'missing frame',
  none: 'no contour',
  done: 'accepted or edited',
  ai: 'by the AI, not looked at',
  imported: 'imported, not looked at',
  propagated: 'propagated, not looked at',
  todo: 'needs a look: not accepted at ED or ES',
};

/** Where structures of one frame differ, the one that asks for more shows. */
const URGENCY: Cell[] = ['hole', 'none', 'done', 'ai', 'imported', 'propagated', 'todo'];

export function cellsOf(places: Places, annotations: Iterable<Annotation>, ed: number | null, es: number | null): Cell[][] {
  const cells = places.stack.frames.map((row) => row.map((address): Cell => (address ? 'none' : 'hole')));
  for (const a of annotations) {
    const place = a.parts.length > 0 ? places.of(a) : null;
    if (!place) continue;
    const [s, p] = place;
    const mine = cellOf(a, p === ed || p === es);
    if (URGENCY.indexOf(mine) > URGENCY.indexOf(cells[s]![p]!)) cells[s]![p] = mine;
  }
  return cells;
}

function cellOf(a: Annotation, atEdOrEs: boolean): Cell {
  if (a.state !== 'auto') return 'done';
  if (atEdOrEs) return 'todo';
  return a.origin === 'propagated' || a.origin === 'imported' ? a.origin : 'ai';
}

/** Rows that have not changed stay the same objects, so that they are not drawn again. */
export function keeping(before: Cell[][], after: Cell[][]): Cell[][] {
  return after.map((row, s) => {
    const old = before[s];
    return old?.length === row.length && row.every((cell, p) => cell === old[p]) ? old : row;
  });
}
