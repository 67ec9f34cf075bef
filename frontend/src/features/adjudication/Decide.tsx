import { Button, Select, Text, TextInput } from '@mantine/core';

import type { Adjudication, Decision } from '../../api/types';
import { title } from '../../components/AgreementTable';
import { colorName, imageColor } from '../../components/readings';
import panel from '../../viewer/panel.module.css';
import type { Cell } from './cells';
import classes from './desk.module.css';
import type { Decisions, Scope, Source } from './useDecisions';

interface Props {
  found: Adjudication;
  cell: Pick<Cell, 'structure' | 'slice' | 'phase'>;
  phaseName: string;
  decisions: Decisions;
  now: Decision | null;
  /** The own contour was changed after the decision. */
  edited: boolean;
  /** What to print for a key; empty where it means something else now. */
  shortcutOf: (key: string) => string;
  onDecide: (source: Source, scope: Scope) => void;
  onUndo: () => void;
}

/** The cell in view: take, merge or keep one's own, with the reason; below it the whole case. */
export function Decide({ found, cell, phaseName, decisions, now, edited, shortcutOf, onDecide, onUndo }: Props) {
  const { why, setWhy, busy } = decisions;
  const noteMissing = why.reason === 'other' && why.note.trim() === '';
  const off = busy || noteMissing;
  const undoKey = shortcutOf('Shift+X');
  return (
    <section aria-label="Decision" data-testid="decide">
      <h2 className={panel.title}>Decision</h2>
      <p className={panel.small}>
        {title(cell.structure)}, slice {cell.slice + 1}, {phaseName}
        {now && (
          <>
            {': '}
            <b>{sourceName(now.source)}</b>
            {edited && ', edited after'}
          </>
        )}
      </p>
      <Select
        size="xs"
        label="Reason"
        data={found.decision_reasons.map(({ value, title: label }) => ({ value, label }))}
        value={why.reason}
        onChange={(reason) => reason && setWhy({ ...why, reason })}
        allowDeselect={false}
        mb={6}
      />
      {why.reason === 'other' && (
        <TextInput
          size="xs"
          label="Which reason?"
          value={why.note}
          maxLength={300}
          required
          onChange={(event) => setWhy({ ...why, note: event.currentTarget.value })}
          mb={6}
        />
      )}
      <div className={classes.sources}>
        {found.readings.map(({ key }, n) => (
          <Choice key={key} color={imageColor(key)} shortcut={n < 9 ? shortcutOf(`Shift+${n + 1}`) : ''} off={off} onClick={() => onDecide(key, { cell })}>
            {colorName(key)}
          </Choice>
        ))}
        {found.readings.length > 1 && (
          <>
            <Choice shortcut={shortcutOf('Shift+M')} off={off} onClick={() => onDecide('majority', { cell })}>
              Majority
            </Choice>
            <Choice shortcut={shortcutOf('Shift+S')} off={off} onClick={() => onDecide('staple', { cell })}>
              STAPLE
            </Choice>
          </>
        )}
        <Choice shortcut={shortcutOf('Shift+O')} off={off} onClick={() => onDecide('mine', { cell })}>
          My own
        </Choice>
      </div>
      {now && (
        <Button size="compact-xs" variant="subtle" disabled={busy} onClick={onUndo}>
          {`Undo this decision${undoKey && ` (${undoKey})`}`}
        </Button>
      )}
      <Text size="xs" c="dimmed" mt={8} mb={4}>
        The whole case, with answers where a reading is taken:
      </Text>
      <div className={classes.sources}>
        {found.readings.map(({ key }) => (
          <Choice key={key} color={imageColor(key)} shortcut="" off={off} onClick={() => onDecide(key, 'case')}>
            {`Take all of ${colorName(key)}`}
          </Choice>
        ))}
        {found.readings.length > 1 && (
          <>
            <Choice shortcut="" off={off} onClick={() => onDecide('majority', 'case')}>
              Majority of all
            </Choice>
            <Choice shortcut="" off={off} onClick={() => onDecide('staple', 'case')}>
              STAPLE of all
            </Choice>
          </>
        )}
      </div>
    </section>
  );
}

function Choice({ children, color, shortcut, off, onClick }: { children: string; color?: string; shortcut: string; off: boolean; onClick: () => void }) {
  return (
    <button type="button" className={classes.source} disabled={off} onClick={onClick}>
      {color && <i style={{ background: color }} aria-hidden />}
      {children}
      {shortcut && <kbd>{shortcut}</kbd>}
    </button>
  );
}

export function sourceName(source: Source): string {
  if (source === 'majority') return 'Majority';
  if (source === 'staple') return 'STAPLE';
  return source === 'mine' ? 'My own' : colorName(source);
}
