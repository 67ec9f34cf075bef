import { type KeyboardEvent, memo, useEffect, useMemo, useRef } from 'react';

import type { Annotation } from '../api/types';
import classes from './grid.module.css';
import { type Cell, cellsOf, keeping, WORDS } from './gridCells';
import type { Places } from './stack';

interface Props {
  places: Places;
  annotations: Iterable<Annotation>;
  edPhase: number | null;
  esPhase: number | null;
  slice: number;
  phase: number;
  onGo: (slice: number, phase: number) => void;
}

const LEGEND: [Cell, string][] = [
  ['done', 'accepted or edited'],
  ['ai', 'AI, not looked at'],
  ['propagated', 'propagated, not looked at'],
  ['imported', 'imported, not looked at'],
  ['todo', 'needs a look'],
  ['none', 'no contour'],
];
/** In the legend also where no frame is so. */
const ALWAYS = new Set<Cell>(['done', 'todo', 'none']);
/** More slices than this get lower cells. */
const MANY_SLICES = 14;

/** Map, progress bar and navigation in one: slices down, phases across. */
export function Grid({ places, annotations, edPhase, esPhase, slice, phase, onGo }: Props) {
  const { n_slices, n_phases } = places.stack.meta;
  const before = useRef<Cell[][]>([]);
  const cells = useMemo(() => keeping(before.current, cellsOf(places, annotations, edPhase, esPhase)), [places, annotations, edPhase, esPhase]);
  useEffect(() => {
    before.current = cells;
  }, [cells]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    onGo(slice, event.key === 'Home' ? 0 : n_phases - 1);
  };
  const used = new Set(cells.flat());
  const columns = { gridTemplateColumns: `26px repeat(${n_phases}, minmax(var(--cell-least), var(--cell-most)))` };
  const box = useRef<HTMLDivElement>(null);
  // on a tablet cells are as large as a fingertip, and not all rows are seen
  useEffect(() => {
    box.current!.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [slice]);
  return (
    <div className={classes.frame}>
      <div
        ref={box}
        tabIndex={0}
        className={classes.grid}
        style={columns}
        data-testid="grid"
        data-dense={n_slices > MANY_SLICES || undefined}
        role="group"
        aria-label="Slices and phases. Arrow keys move, Home and End go to the first and last phase."
        onKeyDown={onKeyDown}
        // a click leaves the focus where it is: the next key is the room's, not the cell's
        onMouseDown={(event) => event.preventDefault()}
      >
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
        {LEGEND.filter(([cell]) => ALWAYS.has(cell) || used.has(cell)).map(([cell, words]) => (
          <li key={cell} data-cell={cell}>
            {words}
          </li>
        ))}
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

// one tab stop for the whole grid: from there the arrow keys move, as everywhere on the page; cells are too small to be any
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
          aria-current={phase === current ? 'true' : undefined}
          title={WORDS[cell]}
          aria-label={`Slice ${slice + 1}, phase ${phase + 1}: ${WORDS[cell]}`}
          onClick={() => onGo(slice, phase)}
        />
      ))}
    </>
  );
});
