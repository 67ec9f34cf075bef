import { memo, useMemo } from 'react';

import type { Annotation } from '../api/types';
import classes from './grid.module.css';
import type { Places } from './stack';

type Cell = 'hole' | 'none' | 'auto' | 'done' | 'todo';

interface Props {
  places: Places;
  annotations: Iterable<Annotation>;
  edPhase: number | null;
  esPhase: number | null;
  slice: number;
  phase: number;
  onGo: (slice: number, phase: number) => void;
}

/** Map, progress bar and navigation in one: slices down, phases across. */
export function Grid({ places, annotations, edPhase, esPhase, slice, phase, onGo }: Props) {
  const { n_slices, n_phases } = places.stack.meta;
  const cells = useMemo(() => cellsOf(places, annotations, edPhase, esPhase), [places, annotations, edPhase, esPhase]);
  const columns = { gridTemplateColumns: `26px repeat(${n_phases}, minmax(9px, 22px))` };
  return (
    <div className={classes.frame}>
      <div className={classes.grid} style={columns} data-testid="grid">
        <span />
        {Array.from({ length: n_phases }, (_, p) => (
          <span key={p} className={classes.head} data-now={p === phase || undefined}>
            {p === edPhase ? 'ED' : p === esPhase ? 'ES' : ''}
          </span>
        ))}
        {Array.from({ length: n_slices }, (_, s) => (
          <Row key={s} slice={s} cells={cells[s]!} current={s === slice ? phase : -1} onGo={onGo} />
        ))}
      </div>
      <ul className={classes.legend}>
        <li data-cell="done">accepted or edited</li>
        <li data-cell="auto">AI, not looked at</li>
        <li data-cell="todo">needs a look</li>
        <li data-cell="none">no contour</li>
      </ul>
    </div>
  );
}

interface RowProps {
  slice: number;
  cells: Cell[];
  current: number;
  onGo: (slice: number, phase: number) => void;
}

const WORDS: Record<Cell, string> = {
  hole: 'missing frame',
  none: 'no contour',
  auto: 'AI',
  done: 'accepted or edited',
  todo: 'needs a look',
};

// arrow keys move over the grid everywhere on the page, so its cells are no tab stops
const Row = memo(function Row({ slice, cells, current, onGo }: RowProps) {
  return (
    <>
      <span className={classes.side} data-now={current >= 0 || undefined}>
        {slice + 1}
      </span>
      {cells.map((cell, phase) => (
        <button
          key={phase}
          type="button"
          tabIndex={-1}
          className={classes.cell}
          data-cell={cell}
          data-current={phase === current || undefined}
          aria-label={`Slice ${slice + 1}, phase ${phase + 1}: ${WORDS[cell]}`}
          onClick={() => onGo(slice, phase)}
        />
      ))}
    </>
  );
});

function cellsOf(places: Places, annotations: Iterable<Annotation>, ed: number | null, es: number | null): Cell[][] {
  const cells = places.stack.frames.map((row) => row.map((address): Cell => (address ? 'none' : 'hole')));
  for (const a of annotations) {
    const place = a.parts.length > 0 ? places.of(a) : null;
    if (!place) continue;
    const [s, p] = place;
    const mine: Cell = a.state !== 'auto' ? 'done' : p === ed || p === es ? 'todo' : 'auto';
    const before = cells[s]![p]!;
    cells[s]![p] = before === 'todo' || (before === 'auto' && mine === 'done') ? before : mine;
  }
  return cells;
}
