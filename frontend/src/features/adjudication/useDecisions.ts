import { notifications } from '@mantine/notifications';
import { useCallback, useMemo, useRef, useState } from 'react';

import { api, messageOf } from '../../api/client';
import { queryClient } from '../../api/queries';
import type { Adjudication, Contents, Decision } from '../../api/types';
import type { ReadSession } from '../../viewer/session/session';
import { keyOf } from '../../viewer/session/contents';
import type { Places } from '../../viewer/stack';
import { type Cell, cellKey, decided } from './cells';

export type Source = Decision['source'];

export interface Why {
  reason: string;
  note: string;
}

/** What a decision is about: one cell, a frame with all structures, or the whole case. */
export type Scope = { cell: Pick<Cell, 'structure' | 'slice' | 'phase'> } | { frame: { slice: number; phase: number } } | 'case';

export interface Decisions {
  done: ReadonlyMap<string, Decision>;
  why: Why;
  setWhy: (why: Why) => void;
  busy: boolean;
  decide: (source: Source, scope: Scope, why?: Why) => Promise<boolean>;
  undo: (cell: Pick<Cell, 'structure' | 'slice' | 'phase'>) => Promise<boolean>;
}

interface Answer extends Contents {
  decisions: Decision[];
}

const USUAL: Why = { reason: 'contour_offset', note: '' };

/** Decisions of one adjudication: sent one at a time, after what was drawn is stored. */
export function useDecisions(found: Adjudication, session: ReadSession, places: Places): Decisions {
  const [why, setWhy] = useState<Why>(found.kind === 'confirmation' ? { reason: 'agreed', note: '' } : USUAL);
  const [sending, setSending] = useState(0);
  /** The one before: a key may come while it is on its way, and counts on what it leaves. */
  const before = useRef<Promise<unknown>>(Promise.resolve());
  const done = useMemo(() => decided(found.decisions, places), [found.decisions, places]);

  const versionOf = useCallback(
    (structure: string, slice: number, phase: number) => {
      const address = places.address(slice, phase);
      if (!address) return null;
      const key = { structure, sop_instance_uid: address.sop_instance_uid, frame_number: address.frame_number };
      return { ...key, version: session.get().held.annotations.get(keyOf(key))?.version ?? 0 };
    },
    [places, session],
  );

  const sendNow = useCallback(
    async (path: string, body: () => object | null): Promise<boolean> => {
      try {
        await session.settled();
        const said = body();
        if (!said) return false;
        const answer = await api.post<Answer>(`/adjudications/${found.id}/${path}/`, { op_id: crypto.randomUUID(), ...said });
        session.replace(answer);
        queryClient.setQueryData<Adjudication>(['adjudication', found.id], (before) => before && { ...before, decisions: answer.decisions });
        return true;
      } catch (error) {
        notifications.show({ message: messageOf(error), color: 'red' });
        return false;
      }
    },
    [found.id, session],
  );
  const send = useCallback(
    (path: string, body: () => object | null): Promise<boolean> => {
      setSending((n) => n + 1);
      const next = before.current.then(() => sendNow(path, body)).finally(() => setSending((n) => n - 1));
      before.current = next;
      return next;
    },
    [sendNow],
  );

  const decide = useCallback(
    (source: Source, scope: Scope, given: Why = why) =>
      send('decide', () => {
        const common = { source, ...given };
        if (scope === 'case') return { ...common, frames: null, structures: null };
        const { slice, phase } = 'cell' in scope ? scope.cell : scope.frame;
        const structures = 'cell' in scope ? [scope.cell.structure] : found.protocol.structures.map(({ code }) => code);
        const seen = structures.map((code) => versionOf(code, slice, phase));
        const { sop_instance_uid, frame_number } = seen[0] ?? {};
        if (sop_instance_uid === undefined) return null;
        return { ...common, frames: [{ sop_instance_uid, frame_number }], structures, seen };
      }),
    [send, why, found.protocol.structures, versionOf],
  );

  const undo = useCallback(
    (cell: Pick<Cell, 'structure' | 'slice' | 'phase'>) =>
      send('undo', () => {
        const row = done.get(cellKey(cell));
        const version = versionOf(cell.structure, cell.slice, cell.phase)?.version;
        return row && version !== undefined ? { decisions: [{ id: row.id, version }] } : null;
      }),
    [send, done, versionOf],
  );

  return { done, why, setWhy, busy: sending > 0, decide, undo };
}
