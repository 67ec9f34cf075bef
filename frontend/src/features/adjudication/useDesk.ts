import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { Adjudication, ReadingKey } from '../../api/types';
import type { Editor } from '../../viewer/useEditor';
import type { ReadSession, Snapshot } from '../../viewer/session/session';
import { keyOf } from '../../viewer/session/contents';
import type { OpenStack } from '../../viewer/stack';
import { type Cell, cellKey, contested, decisivePhases, nextOpen } from './cells';
import { deskKeys } from './keys';
import { readingsOf } from '../../viewer/readings/overlay';
import { type Scope, type Source, useDecisions } from './useDecisions';

/** All readings, the own contours, readings side by side, or one reading. */
export type Look = 'overlay' | 'mine' | 'sides' | ReadingKey;

/** What the desk shows and decides, apart from how it looks. */
export function useDesk(found: Adjudication, open: OpenStack, session: ReadSession, now: Snapshot, editor: Editor, mayEdit: boolean) {
  const { places } = open;
  const { cine, structure, setStructure } = editor;
  const [look, setLook] = useState<Look>(mayEdit ? 'overlay' : 'mine');
  const [heat, setHeat] = useState(true);
  const [from, setFrom] = useState(0);
  const readings = useMemo(() => readingsOf(found, places), [found, places]);
  const cells = useMemo(() => contested(found, readings, places), [found, readings, places]);
  const decisions = useDecisions(found, session, places);
  const cell = useMemo(() => ({ structure, slice: cine.slice, phase: cine.phase }), [structure, cine.slice, cine.phase]);
  const key = cellKey(cell);
  const decision = decisions.done.get(key) ?? null;
  const address = places.address(cine.slice, cine.phase);
  const held = address && now.held.annotations.get(keyOf({ structure, ...address }));
  const edited = decision !== null && (held?.version ?? 0) !== decision.version;

  const { go: goToFrame } = cine;
  const go = useCallback(
    (to: Cell) => {
      setStructure(to.structure);
      setLook((before) => (before === 'mine' ? 'overlay' : before));
      goToFrame(to.slice, to.phase);
    },
    [setStructure, goToFrame],
  );
  // the desk opens where there is most to decide, once
  const opened = useRef(false);
  useEffect(() => {
    const first = mayEdit && !opened.current && nextOpen(cells, decisions.done, '', 1);
    opened.current = true;
    if (first) go(first);
  }, [mayEdit, cells, decisions.done, go]);
  const step = (by: 1 | -1) => {
    const to = nextOpen(cells, decisions.done, key, by);
    if (to) go(to);
  };
  const decide = async (source: Source, scope: Scope) => {
    if ((await decisions.decide(source, scope)) && scope === 'case') setLook('mine');
  };
  const undo = () => void decisions.undo(cell);
  const blink = () => setLook((before) => readings[(readings.findIndex((r) => r.key === before) + 1) % readings.length]?.key ?? 'overlay');
  const sides = () => {
    // once more shows the next four
    if (look === 'sides' && readings.length > 4) setFrom((n) => (n + 4) % readings.length);
    else setLook(look === 'sides' ? 'overlay' : 'sides');
  };
  const frame = { slice: cine.slice, phase: cine.phase };
  const scopes = { cell: { cell }, frame: { frame }, case: 'case' } as const;
  const keys = deskKeys(readings, {
    overlay: () => setLook('overlay'),
    mine: () => setLook('mine'),
    blink,
    sides,
    heat: () => setHeat((on) => !on),
    step,
    ...(mayEdit && { decide: (source, of) => void decide(source, scopes[of]) }),
    undo: () => decision && undo(),
  });
  const phaseName = useCallback((phase: number) => nameOf(found, phase), [found]);
  return { look, setLook, heat, setHeat, from, readings, cells, decisions, cell, decision, edited, go, step, decide, undo, blink, sides, keys, phaseName, phases: decisivePhases(found) };
}

function nameOf(found: Adjudication, phase: number): string {
  const { ed_phase, es_phase } = found.agreement;
  const of = (phases: object) => Object.values(phases).includes(phase);
  if (of(ed_phase)) return uniform(ed_phase) ? 'ED' : `ED (phase ${phase + 1})`;
  if (of(es_phase)) return uniform(es_phase) ? 'ES' : `ES (phase ${phase + 1})`;
  return `phase ${phase + 1}`;
}

const uniform = (phases: object): boolean => new Set(Object.values(phases)).size === 1;
