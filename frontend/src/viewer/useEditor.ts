import { type RefObject, startTransition, useCallback, useMemo, useRef, useState } from 'react';

import type { Protocol } from '../api/types';
import { rounded } from '../cmr/edit';
import type { Parts } from '../cmr/geometry';
import { type FunctionResult, lvRvFunction } from '../cmr/volumes';
import { conflictShapes } from './conflicts';
import type { Shape } from './painting';
import { applied, type Held, keyOf } from './session/contents';
import type { ContourKey } from './session/journal';
import type { ReadSession, Snapshot } from './session/session';
import type { Stroke } from './smart/clickTool';
import type { Spot } from './smart/useAi';
import { type OpenStack, usePrefetch } from './stack';
import { type Cine, useCine } from './useCine';
import type { Target } from './tools/gesture';
import { type Looks, useLooks } from './useLooks';
import { usePaced } from './usePaced';

export interface Editor {
  cine: Cine;
  /** Whether chosen phases and slices are this stack's. */
  pinned: boolean;
  ready: number;
  tool: string;
  setTool: (tool: string) => void;
  structure: string;
  setStructure: (code: string) => void;
  hidden: boolean;
  toggleHidden: () => void;
  /** How each structure is shown; a locked one is not changed. */
  looks: Looks;
  resetToken: number;
  fit: () => void;
  /** Contents with the stroke in progress. */
  held: Held;
  numbers: FunctionResult;
  shapesAt: (slice: number, phase: number) => Shape[];
  /** Where clicks for the AI go; empty where the read is done without. */
  refiner: RefObject<Refiner | null>;
  /** What tools change in this frame; null where nothing may be edited. */
  targetAt: (slice: number, phase: number) => Target | null;
  acceptPhase: (phase: number, slice?: number) => void;
  removeAt: (slice: number, phase: number) => void;
  copyFrom: (fromSlice: number, fromPhase: number) => void;
  /** Keep the contour shown, to paste it into another frame of this read or another structure. */
  copy: () => void;
  paste: () => void;
  /** Change the contour shown as one step: what comes out of `change` is stored, null is no change. */
  reshape: (change: (parts: Parts) => Parts | null) => void;
}

export type Refiner = (spot: Spot, stroke: Stroke) => void;

/** Volumes, ED and ES of what is drawn on a stack. */
export function numbersOf({ stack, places }: OpenStack, held: Held, pinned = true): FunctionResult {
  const pin = (name: string) => (pinned ? (held.pins.get(name)?.value ?? null) : null);
  return lvRvFunction(stack.meta, places.outlines(held.annotations.values()), {
    ed_phase: pin('ed_phase'),
    es_phase: pin('es_phase'),
    basal_slice: pin('basal_slice'),
    apical_slice: pin('apical_slice'),
  });
}

const NUMBERS_MS = 40; // numbers are redone at most this often while a contour is dragged

interface Preview {
  key: ContourKey;
  parts: Parts;
}

/** What editing contours needs, for reading and for settling alike. `pinned`: whether pins of phases and slices are this stack's. */
export function useEditor(protocol: Protocol, open: OpenStack, session: ReadSession, now: Snapshot, mayEdit: boolean, pinned = true): Editor {
  const cine = useCine(open.stack);
  const ready = usePrefetch(open, cine.slice);
  const [tool, setTool] = useState('edit');
  const [structure, setStructure] = useState(protocol.structures[0]!.code);
  const [hidden, setHidden] = useState(false);
  const looks = useLooks();
  const [clip, setClip] = useState<Parts | null>(null);
  const [resetToken, setReset] = useState(0);
  const [preview, setPreview] = useState<Preview | null>(null);
  // the viewport has painted it already: numbers follow between two moves
  const laterPreview = useCallback((next: Preview | null) => startTransition(() => setPreview(next)), []);
  const paced = usePaced(laterPreview, NUMBERS_MS);
  const { places } = open;
  const refiner = useRef<Refiner | null>(null);

  const held = useMemo(
    () =>
      preview === null
        ? now.held
        : applied(now.held, { kind: 'contour', ...preview.key, parts: preview.parts, op_id: '', base_version: 0 }, -1),
    [now.held, preview],
  );
  const numbers = useMemo(
    () => numbersOf(open, held, pinned),
    [open, held, pinned],
  );

  const locked = looks.of(structure).locked;
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
        const look = looks.of(code);
        if (look.hidden) return [];
        const chosen = code === structure && mayEdit;
        const untouched = found.state === 'auto' && { untouched: found.origin === 'propagated' ? ('propagated' as const) : ('drafted' as const) };
        return [{ key: code, parts: found.parts, color, width: chosen ? 2.4 : 1.7, fill: look.filled, opacity: look.opacity, ...untouched }];
      });
      return [...contours, ...disputed];
    },
    [protocol, places, now.conflicts, held, hidden, looks, structure, mayEdit, keyAt],
  );
  const targetAt = useCallback(
    (slice: number, phase: number): Target | null => {
      const key = mayEdit && !locked ? keyAt(structure, slice, phase) : null;
      if (!key) return null;
      return {
        structure,
        color: protocol.structures.find((s) => s.code === structure)!.color,
        // what is stored, not the preview: a gesture keeps the target it began with
        parts: now.held.annotations.get(keyOf(key))?.parts ?? [],
        edit: (parts, done) => {
          if (!done) paced.set(parts && { key, parts });
          else {
            paced.stop();
            setPreview(null);
            session.contour(key, parts && parts.length > 0 ? parts : null);
          }
        },
        refine: (stroke) => refiner.current?.({ structure, slice, phase }, stroke),
      };
    },
    [mayEdit, locked, structure, now.held, protocol, session, keyAt, paced],
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
      const key = locked ? null : keyAt(structure, slice, phase);
      if (key && (now.held.annotations.get(keyOf(key))?.parts.length ?? 0) > 0) session.contour(key, null);
    },
    [locked, structure, session, now.held, keyAt],
  );
  const partsAt = useCallback(
    (slice: number, phase: number): Parts => {
      const key = keyAt(structure, slice, phase);
      return (key && now.held.annotations.get(keyOf(key))?.parts) ?? [];
    },
    [structure, now.held, keyAt],
  );
  const put = useCallback(
    (parts: Parts | null) => {
      const to = mayEdit && !locked ? keyAt(structure, cine.slice, cine.phase) : null;
      if (to && parts && parts.length > 0) session.contour(to, rounded(parts));
    },
    [mayEdit, locked, structure, session, keyAt, cine.slice, cine.phase],
  );
  return {
    cine,
    pinned,
    ready,
    tool,
    setTool,
    structure,
    setStructure,
    hidden,
    looks,
    toggleHidden: () => setHidden((on) => !on),
    resetToken,
    fit: () => setReset((n) => n + 1),
    held,
    numbers,
    shapesAt,
    refiner,
    targetAt,
    acceptPhase,
    removeAt,
    copyFrom: (fromSlice, fromPhase) => put(partsAt(fromSlice, fromPhase)),
    copy: () => setClip(partsAt(cine.slice, cine.phase)),
    paste: () => put(clip),
    reshape: (change) => put(change(partsAt(cine.slice, cine.phase))),
  };
}
