import { useState } from 'react';

import type { Decision } from '../../api/types';
import { title } from '../../components/AgreementTable';
import { number } from '../../components/format';
import panel from '../../viewer/panel.module.css';
import { type Cell, cellKey } from './cells';
import { sourceName } from './Decide';
import classes from './desk.module.css';

interface Props {
  cells: Cell[];
  done: ReadonlyMap<string, Decision>;
  now: string;
  reasons: { value: string; title: string }[];
  phaseName: (phase: number) => string;
  onGo: (cell: Cell) => void;
}

/** Cells about which the readings disagree, the largest volume first; what is decided stands with its reason. */
export function Cells({ cells, done, now, reasons, phaseName, onGo }: Props) {
  const [showDone, setShowDone] = useState(false);
  const open = cells.filter((cell) => !done.has(cellKey(cell)));
  const settled = cells.filter((cell) => done.has(cellKey(cell)));
  const shown = showDone ? settled : open;
  const largest = Math.max(1, ...cells.map((cell) => cell.ml));
  return (
    <section className={classes.cells} aria-label="What the readings disagree about" data-testid="cells">
      <div className={classes.tabs} role="tablist" aria-label="Cells">
        <button type="button" role="tab" aria-selected={!showDone} onClick={() => setShowDone(false)}>
          Left <b>{open.length}</b>
        </button>
        <button type="button" role="tab" aria-selected={showDone} onClick={() => setShowDone(true)}>
          Decided <b>{settled.length}</b>
        </button>
        <span>
          next <kbd>N</kbd> before <kbd>P</kbd>
        </span>
      </div>
      {shown.length === 0 && (
        <p className={panel.small}>
          {cells.length === 0 ? 'The contours at ED and ES enclose the same.' : showDone ? 'Nothing is decided yet. Press N for the first cell.' : 'All contested cells are decided.'}
        </p>
      )}
      <div className={classes.rows}>
        {shown.map((cell) => {
          const key = cellKey(cell);
          const decision = done.get(key);
          return (
            <button key={key} type="button" className={classes.difference} aria-current={key === now || undefined} onClick={() => onGo(cell)}>
              <span>
                {title(cell.structure)}, slice {cell.slice + 1}, {phaseName(cell.phase)}
              </span>
              {decision ? (
                <em title={decision.note}>
                  {sourceName(decision.source)}: {reasons.find(({ value }) => value === decision.reason)?.title ?? decision.reason}
                </em>
              ) : (
                <i style={{ width: `${(70 * cell.ml) / largest}px` }} />
              )}
              <b>{number(cell.ml, 1)} ml</b>
            </button>
          );
        })}
      </div>
    </section>
  );
}
