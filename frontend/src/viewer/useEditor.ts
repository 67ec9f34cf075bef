import { useCallback, useMemo, useState } from 'react';

import type { Protocol } from '../api/types';
import type { Parts } from '../cmr/geometry';
import { type FunctionResult, lvRvFunction } from '../cmr/volumes';
import { conflictShapes } from './conflicts';
import type { Shape } from './painting';
import { applied, type Held, keyOf } from './session/contents';
import type { ContourKey } from './session/journal';
import type { ReadSession, Snapshot } from './session/session';
import { type OpenStack, usePrefetch } from './stack';
import { type Cine, useCine } from './useCine';
import type { Target } from './tools/gesture';

export interface Editor {
  cine: Cine;
  ready: number;
  tool: string;
  setTool: (tool: string) => void;
  structure: string;
  setStructure: (code: string) => void;
  hidden: boolean;
  toggleHidden: () => void;
  resetToken: number;
  fit: () => void;
  /** Contents with the stroke in progress. */
  held: Held;
  numbers: FunctionResult;
  shapesAt: (slice: number, phase: number) => Shape[];
  /** What tools change in this frame; null where nothing may be edited. */
  targetAt: (slice: number, phase: number) => Target | null;
  acceptPhase: (phase: number, slice?: number) => void;
  removeAt: (slice: number, phase: number) => void;
  copyFrom: (fromSlice: number, fromPhase: number) => void;
}

interface Preview {
  key: ContourKey;
  parts: Parts;
}

/** What editing contours needs, for reading and for settling alike. */
export function useEditor(protocol: Protocol, open: OpenStack, session: ReadSession, now: Snapshot, mayEdit: boolean): Editor {
  const cine = useCine(open.stack);
  const ready = usePrefetch(open, cine.slice);
  const [tool, setTool] = useState('edit');
  const [structure, setStructure] = useState(protocol.structures[0]!.code);
  const [hidden, setHidden] = useState(false);
  const [resetToken, setReset] = useState(0);
  const [preview, setPreview] = useState<Preview | null>(null);
  const { stack, places } = open;

  const held = useMemo(
    () =>
      preview === null
        ? now.held
        : applied(now.held, { kind: 'contour', ...preview.key, parts: preview.parts, op_id: '', base_version: 0 }, -1),
    [now.held, preview],
  );
  const numbers = useMemo(
    () =>
      lvRvFunction(stack.meta, places.outlines(held.annotations.values()), {
        ed_phase: held.pins.get('ed_phase')?.value ?? null,
        es_phase: held.pins.get('es_phase')?.value ?? null,
        basal_slice: held.pins.get('basal_slice')?.value ?? null,
        apical_slice: held.pins.get('apical_slice')?.value ?? null,
      }),
    [stack, places, held],
  );

  const keyAt = useCallback(
    (code: string, slice: number, phase: number): ContourKey | null => {
      const address = places.address(slice, phase);
      return address && { structure: code, sop_instance_uid: address.sop_instance_uid, frame_number: address.frame_number };
    },
    [places],
  );
  const shapesAt = useCallback(
    (slice: number, phase: number): Shape[] => {
      if (hidden) return [];
      const address = places.address(slice, phase);
      const disputed = address ? conflictShapes(now.conflicts, address) : [];
      const contours = protocol.structures.flatMap(({ code, color }): Shape[] => {
        const key = keyAt(code, slice, phase);
        const found = key && held.annotations.get(keyOf(key));
        if (!found || found.parts.length === 0) return [];
        const chosen = code === structure && mayEdit;
        const untouched = found.state === 'auto' && { untouched: found.origin === 'propagated' ? ('propagated' as const) : ('drafted' as const) };
        return [{ key: code, parts: found.parts, color, width: chosen ? 2.4 : 1.7, ...untouched }];
      });
      return [...contours, ...disputed];
    },
    [protocol, places, now.conflicts, held, hidden, structure, mayEdit, keyAt],
  );
  const targetAt = useCallback(
    (slice: number, phase: number): Target | null => {
      const key = mayEdit ? keyAt(structure, slice, phase) : null;
      if (!key) return null;
      return {
        structure,
        color: protocol.structures.find((s) => s.code === structure)!.color,
        // what is stored, not the preview: a gesture keeps the target it began with
        parts: now.held.annotations.get(keyOf(key))?.parts ?? [],
        edit: (parts, done) => {
          setPreview(done ? null : { key, parts });
          if (done) session.contour(key, parts);
        },
      };
    },
    [mayEdit, structure, now.held, protocol, session, keyAt],
  );
  const acceptPhase = useCallback(
    (phase: number, slice?: number) =>
      session.accept(
        [...now.held.annotations.values()].filter((a) => {
          const place = places.of(a);
          return place !== null && place[1] === phase && (slice === undefined || place[0] === slice);
        }),
      ),
    [session, now.held, places],
  );
  const removeAt = useCallback(
    (slice: number, phase: number) => {
      const key = keyAt(structure, slice, phase);
      if (key && (now.held.annotations.get(keyOf(key))?.parts.length ?? 0) > 0) session.contour(key, null);
    },
    [structure, session, now.held, keyAt],
  );
  const copyFrom = useCallback(
    (fromSlice: number, fromPhase: number) => {
      const from = keyAt(structure, fromSlice, fromPhase);
      const to = keyAt(structure, cine.slice, cine.phase);
      const parts = from && now.held.annotations.get(keyOf(from))?.parts;
      if (to && parts && parts.length > 0) session.contour(to, parts);
    },
    [structure, session, now.held, keyAt, cine.slice, cine.phase],
  );
  return {
    cine,
    ready,
    tool,
    setTool,
    structure,
    setStructure,
    hidden,
    toggleHidden: () => setHidden((on) => !on),
    resetToken,
    fit: () => setReset((n) => n + 1),
    held,
    numbers,
    shapesAt,
    targetAt,
    acceptPhase,
    removeAt,
    copyFrom,
  };
}
