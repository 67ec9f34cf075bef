import { useCallback, useMemo, useState } from 'react';

import type { Point } from '../../cmr/geometry';
import { nearestSlice, planeOf, toPatient, type Vector } from '../../cmr/plane';
import { middleOf } from '../../cmr/reformat';
import { fractionOf, phaseAt } from '../../cmr/timing';
import type { OpenStack } from '../stack';
import type { Cine } from '../useCine';
import { areParallel, followed, type Lead, sliceShown } from './linking';
import type { PaneSpec } from './layout';

export interface Linked {
  sliceOf: (open: OpenStack, spec: PaneSpec) => number;
  phaseOf: (open: OpenStack, spec: PaneSpec) => number;
  /** Show a slice of a stack; those that lie parallel follow. */
  setSlice: (open: OpenStack, slice: number) => void;
  /** Scroll a pane. */
  moveSlice: (open: OpenStack, by: number) => void;
  /** Another stack's slice goes through this image point of a pane: its reference line was dragged there. */
  moveThrough: (moved: OpenStack, pane: OpenStack, paneSlice: number, image: Point) => void;
  /** Where time is not the heart's phase and the read has no such axis: chosen by hand. */
  timeIsOwn: (open: OpenStack) => boolean;
  setTime: (open: OpenStack, index: number) => void;
  pointOf: (open: OpenStack) => Vector;
  setPoint: (open: OpenStack, point: Vector) => void;
}

const CARDIAC = 'cardiac_phase';
// of a perfusion's images: contrast has come by then, so that brightness suits the whole series
const FIRST_PASS = 1 / 3;

/**
 * What the panes beside the read show. The read's slice and phase lead: parallel stacks show the
 * plane nearest to it, cines the frame at the same place in the heart beat.
 */
export function useLinked(read: OpenStack, cine: Cine, others: ReadonlyMap<string, OpenStack>, edPhase: number | null, esPhase: number | null): Linked {
  const [lead, setLead] = useState<Lead | null>(null);
  const [own, setOwn] = useState<Readonly<Record<string, number>>>({});
  const [times, setTimes] = useState<Readonly<Record<string, number>>>({});
  const [points, setPoints] = useState<Readonly<Record<string, Vector>>>({});
  const { slice, phase, toSlice } = cine;

  const sliceOf = useCallback(
    ({ stack }: OpenStack, spec: PaneSpec): number => {
      if (typeof spec.slice === 'number') return Math.min(spec.slice, stack.meta.n_slices - 1);
      const leader = lead && others.get(lead.stackId);
      const led = lead && leader ? { ...lead, planes: leader.stack.meta } : null;
      return sliceShown({ id: stack.id, planes: stack.meta }, { id: read.stack.id, planes: read.stack.meta, slice }, led, own);
    },
    [read, others, lead, own, slice],
  );

  const setSlice = useCallback(
    ({ stack }: OpenStack, wanted: number) => {
      const { meta } = stack;
      const next = Math.min(meta.n_slices - 1, Math.max(0, wanted));
      if (stack.id === read.stack.id) toSlice(next);
      else if (areParallel(meta, read.stack.meta)) {
        const readSlice = followed(meta, next, read.stack.meta);
        setLead({ stackId: stack.id, slice: next, readSlice });
        toSlice(readSlice);
      } else {
        const together = [...others.values()].filter((o) => o.stack.id !== stack.id && areParallel(o.stack.meta, meta));
        const moved = together.map((o) => [o.stack.id, followed(meta, next, o.stack.meta)] as const);
        setOwn((before) => ({ ...before, ...Object.fromEntries(moved), [stack.id]: next }));
      }
    },
    [read, others, toSlice],
  );

  const moveSlice = useCallback((open: OpenStack, by: number) => setSlice(open, sliceOf(open, LINKED) + by), [setSlice, sliceOf]);

  const moveThrough = useCallback(
    (moved: OpenStack, pane: OpenStack, paneSlice: number, image: Point) => {
      const plane = planeOf(pane.stack.meta, paneSlice);
      if (plane) setSlice(moved, nearestSlice(moved.stack.meta, toPatient(plane, image)));
    },
    [setSlice],
  );

  const timeIsOwn = useCallback(({ stack: { meta } }: OpenStack) => meta.time_axis !== CARDIAC && meta.time_axis !== read.stack.meta.time_axis && meta.n_phases > 1, [read]);

  const phaseOf = useCallback(
    (open: OpenStack, spec: PaneSpec): number => {
      const { meta } = open.stack;
      const readPhase = (spec.phase === 'ed' ? edPhase : spec.phase === 'es' ? esPhase : null) ?? phase;
      if (open.stack.id === read.stack.id) return readPhase;
      if (timeIsOwn(open)) return Math.min(times[meta.time_axis] ?? Math.floor(meta.n_phases * FIRST_PASS), meta.n_phases - 1);
      if (meta.time_axis !== CARDIAC) return Math.min(readPhase, meta.n_phases - 1);
      return phaseAt(meta, sliceOf(open, spec), fractionOf(read.stack.meta, slice, readPhase));
    },
    [read, phase, slice, edPhase, esPhase, times, timeIsOwn, sliceOf],
  );

  const setTime = useCallback(({ stack }: OpenStack, index: number) => setTimes((before) => ({ ...before, [stack.meta.time_axis]: index })), []);
  const pointOf = useCallback(({ stack }: OpenStack) => points[stack.id] ?? middleOf(stack.meta), [points]);
  const setPoint = useCallback(({ stack }: OpenStack, point: Vector) => setPoints((before) => ({ ...before, [stack.id]: point })), []);
  return useMemo(
    () => ({ sliceOf, phaseOf, setSlice, moveSlice, moveThrough, timeIsOwn, setTime, pointOf, setPoint }),
    [sliceOf, phaseOf, setSlice, moveSlice, moveThrough, timeIsOwn, setTime, pointOf, setPoint],
  );
}

const LINKED: PaneSpec = { stack: 'read', phase: 'cine', slice: 'linked' };
