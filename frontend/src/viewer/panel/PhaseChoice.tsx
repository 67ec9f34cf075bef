import { UnstyledButton } from '@mantine/core';
import { useMemo } from 'react';

import { number } from '../../components/format';
import { type FunctionResult, lvRvFunction, type Pins } from '../../cmr/volumes';
import { actionOf, PINS, type PinChoice, pinnedAt, shownFor, togglePin } from '../actions/pins';
import { keyName } from '../keyName';
import { keysFor } from '../keys';
import parent from '../panel.module.css';
import type { Workspace } from '../workspace';
import classes from './smart.module.css';

/** ED, ES, base and apex, each with what choosing the frame shown would change, before it is chosen. */
export function PhaseChoice({ work }: { work: Workspace }) {
  const { held } = work.now;
  const { slice, phase } = work.editor.cine;
  const outlines = useMemo(() => work.open.places.outlines(held.annotations.values()), [work.open.places, held.annotations]);
  const rows = useMemo(() => {
    const pins: Pins = Object.fromEntries([...held.pins].map(([name, { value }]) => [name, value]));
    const compute = (change: Pins) => lvRvFunction(work.open.stack.meta, outlines, { ...pins, ...change });
    const now = compute({});
    return PINS.map((choice) => {
      const shown = choice.of === 'phase' ? phase : slice;
      const pinned = pins[choice.name] ?? null;
      const next = pinned === shown ? null : shown;
      return { choice, pinned, ...consequence(choice, now, compute({ [choice.name]: next }), pinned, next) };
    });
  }, [work.open.stack, outlines, held.pins, slice, phase]);
  return (
    <section aria-label="ED, ES, base and apex">
      <h2 className={parent.title}>ED, ES, base and apex</h2>
      <table className={classes.choices}>
        <tbody>
          {rows.map(({ choice, pinned, now, then }) => (
            <tr key={choice.name} data-testid={`choice-${choice.name}`}>
              <th scope="row">{choice.title}</th>
              <td>
                {now} <span>{pinned === null ? 'automatic' : 'chosen'}</span>
              </td>
              <td>
                <PinButton work={work} choice={choice} />
                <p id={`then-${choice.name}`}>{then}</p>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={parent.small}>{PAPILLARY[work.protocol.convention.papillary] ?? ''}</p>
    </section>
  );
}

function PinButton({ work, choice }: { work: Workspace; choice: PinChoice }) {
  const [key = ''] = keysFor(actionOf(choice), [choice.key], work.ownKeys);
  const on = pinnedAt(work, choice.name) === shownFor(work, choice);
  return (
    <UnstyledButton
      className={classes.button!}
      disabled={!work.mayEdit}
      aria-pressed={on}
      aria-describedby={`then-${choice.name}`}
      onClick={() => togglePin(work, choice)}
    >
      {on ? `${choice.title}: automatic` : `${choice.title} is ${choice.of} ${shownFor(work, choice) + 1}`} <kbd>{keyName(key)}</kbd>
    </UnstyledButton>
  );
}

const PAPILLARY: Record<string, string> = {
  cavity: 'Papillary muscles count as cavity: they lie inside the endocardium. Volumes come out larger and mass smaller than the other way.',
  mass: 'Papillary muscles count as mass: they lie outside the endocardium. Volumes come out smaller and mass larger than the other way.',
};

/** Where it is now, and a sentence such as “ES phase 9 → 10: EF 57.1 → 55.8 %”. */
function consequence(
  choice: PinChoice,
  before: FunctionResult,
  after: FunctionResult,
  pinned: number | null,
  next: number | null,
): { now: string; then: string } {
  const word = (value: number | null) => (value === null ? '–' : `${choice.of} ${value + 1}`);
  const changes = DIFFERENCES[choice.of].flatMap(([name, unit, of]) => {
    const [was, is] = [number(of(before), 1), number(of(after), 1)];
    return was === is ? [] : [`${name} ${was} → ${is} ${unit}`];
  });
  const effect = changes.length > 0 ? changes.join(', ') : 'no number changes';
  if (choice.of === 'phase') {
    const phaseOf = (numbers: FunctionResult) => (choice.name === 'ed_phase' ? numbers.ed_phase : numbers.es_phase);
    const to = next ?? phaseOf(after);
    return { now: word(phaseOf(before)), then: `${word(phaseOf(before))} → ${to === null ? '–' : to + 1}: ${effect}` };
  }
  return { now: pinned === null ? '' : word(pinned), then: next === null ? `automatic again: ${effect}` : effect };
}

type Difference = [name: string, unit: string, of: (numbers: FunctionResult) => number | null];
const EF: Difference = ['EF', '%', (n) => n.ef_percent];
const EDV: Difference = ['EDV', 'ml', (n) => n.edv_ml];
const ESV: Difference = ['ESV', 'ml', (n) => n.esv_ml];
const MASS: Difference = ['mass', 'g', (n) => n.mass_g];
const DIFFERENCES: Record<PinChoice['of'], Difference[]> = { phase: [EF, MASS], slice: [EDV, ESV, EF, MASS] };
