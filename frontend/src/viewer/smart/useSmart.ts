import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { messageOf } from '../../api/client';
import type { Protocol, StackMeta } from '../../api/types';
import { type Drawn, type Source, stepsOf, walk } from '../../cmr/registration/chain';
import { rounded } from '../../cmr/edit';
import type { Parts } from '../../cmr/geometry';
import { interpolateSlices } from '../../cmr/interpolate';
import type { ContourKey } from '../session/journal';
import type { ReadSession } from '../session/session';
import type { OpenStack } from '../stack';
import type { Editor } from '../useEditor';
import { beatOf, drawnAt, frameDrawn, keyAt, sourcesOf } from './plan';
import { Cancelled, Registrar } from './registrar';
import { useAi } from './useAi';
import { written } from './written';

/** `total` 0: nobody knows how far it is. */
export interface Running {
  title: string;
  done: number;
  total: number;
}

/** Runs one thing at a time and says what came of it. */
export type Start = (title: string, total: number, work: (step: () => void) => Promise<string>) => Promise<void>;

/** Contours that are computed: between slices, over phases, by the AI. Each waits for a reader to accept it. */
export interface Smart {
  running: Running | null;
  /** What came of the last one, or why it could not be done. */
  message: string;
  propagate(slices: number[]): void;
  /** The contours of the frame shown, one phase on (1) or back (-1); then goes there. */
  carry(direction: 1 | -1): void;
  interpolate(): void;
  /** Whether the read may see AI: without it there is neither AI on a slice nor smart click. */
  ai: boolean;
  segment(): void;
  cancel(): void;
}

export interface Made {
  key: ContourKey;
  parts: Parts;
}

interface Options {
  /** The read that AI may be asked for; null where it is done without. */
  aiRead: string | null;
  protocol: Protocol;
  open: OpenStack;
  session: ReadSession;
  editor: Editor;
}

const SIGN_AFTER_MS = 300;

export function useSmart({ aiRead, protocol, open, session, editor }: Options): Smart {
  const [running, setRunning] = useState<Running | null>(null);
  const [message, setMessage] = useState('');
  const registrar = useRef<Registrar | null>(null);
  // two presses of a key may come before the buttons are off
  const busy = useRef(false);
  const structures = useMemo(() => protocol.structures.map((s) => s.code), [protocol]);
  const { slice, phase, go } = editor.cine;
  const start: Start = useCallback(
    async (title, total, work) => {
      if (busy.current) return;
      busy.current = true;
      setMessage('');
      // an answer that comes at once needs no sign of work
      const later = total === 0 ? setTimeout(() => setRunning({ title, done: 0, total }), SIGN_AFTER_MS) : undefined;
      if (total > 0) setRunning({ title, done: 0, total });
      try {
        setMessage(await work(() => setRunning((now) => now && { ...now, done: now.done + 1 })));
      } catch (error) {
        setMessage(error instanceof Cancelled ? `${title}: stopped, nothing was changed.` : messageOf(error));
      } finally {
        clearTimeout(later);
        busy.current = false;
        setRunning(null);
      }
    },
    [],
  );
  const { segment: segmentFrame, refine, cancel: stopAsking } = useAi({ readId: aiRead, open, session, start });
  const cancel = useCallback(() => {
    registrar.current?.cancel();
    stopAsking();
  }, [stopAsking]);
  useEffect(() => cancel, [cancel, open]);
  const { refiner } = editor;
  useEffect(() => {
    refiner.current = aiRead === null ? null : refine;
  }, [refiner, aiRead, refine]);

  const follow = useCallback(
    async (at: number, sources: Source[], path: number[] | undefined, step: () => void): Promise<Map<number, Drawn>> => {
      const { meta } = open.stack;
      const frames = await Promise.all(Array.from({ length: meta.n_phases }, (_, p) => open.store.load(at, p)));
      const beat = beatOf(frames, sources, meta.pixel_spacing_mm);
      if (!beat) return new Map();
      registrar.current ??= new Registrar();
      return registrar.current.run({ beat, sources, ...(path ? { path } : {}) }, step);
    },
    [open],
  );

  const collect = useCallback(
    (into: Made[], at: number, found: Map<number, Drawn>) => {
      for (const [p, drawn] of found) {
        for (const [code, parts] of Object.entries(drawn)) {
          const key = keyAt(open.places, code, at, p);
          if (key) into.push({ key, parts: rounded(parts) });
        }
      }
    },
    [open],
  );

  const propagate = useCallback(
    (slices: number[]) => {
      const { held } = session.get();
      const plans = slices.flatMap((at) =>
        sourcesOf(held, open.places, structures, at, slices.length === 1 ? phase : null).map((sources) => ({ at, sources })),
      );
      if (plans.length === 0) {
        setMessage('Draw or accept a contour first: propagation starts from what you settled.');
        return;
      }
      const blank = Array.from({ length: open.stack.meta.n_phases }, () => null);
      const total = plans.reduce((sum, { at, sources }) => {
        const pictures = blank.map((_, p) => (open.places.address(at, p) ? { width: 0, height: 0, data: new Float32Array() } : null));
        return sum + stepsOf({ crop: { column: 0, row: 0, width: 0, height: 0 }, pictures }, sources);
      }, 0);
      void start(slices.length === 1 ? 'Propagating this slice' : 'Propagating all slices', total, async (step) => {
        const made: Made[] = [];
        for (const { at, sources } of plans) collect(made, at, await follow(at, sources, undefined, step));
        return written(session, made, 'propagated');
      });
    },
    [session, open, structures, phase, start, follow, collect],
  );

  const carry = useCallback(
    (direction: 1 | -1) => {
      const phases = open.stack.meta.n_phases;
      const drawn = frameDrawn(session.get().held, open.places, structures, slice, phase);
      const [to] = walk(phases, phase, direction, phase);
      if (Object.keys(drawn).length === 0 || to === undefined) {
        setMessage('There is no contour in this frame to carry on.');
        return;
      }
      void start('Carrying to the neighbour phase', 1, async (step) => {
        const made: Made[] = [];
        collect(made, slice, await follow(slice, [{ phase, drawn }], [to], step));
        go(slice, to);
        return written(session, made, 'propagated');
      });
    },
    [session, open, structures, slice, phase, go, start, follow, collect],
  );

  const interpolate = useCallback(() => {
    const { meta } = open.stack;
    const { held } = session.get();
    const contours = new Map<number, Parts>();
    for (let at = 0; at < meta.n_slices; at += 1) {
      const found = drawnAt(held, open.places, editor.structure, at, phase);
      // an earlier interpolation is made anew, not built upon
      if (found && !(found.origin === 'propagated' && found.state === 'auto')) contours.set(at, found.parts);
    }
    const between = interpolateSlices(contours, positionsMm(meta), meta.pixel_spacing_mm[0] / meta.pixel_spacing_mm[1]);
    const made: Made[] = [];
    const refused: string[] = [];
    for (const { slice: at, result } of between) {
      const key = keyAt(open.places, editor.structure, at, phase);
      if ('refused' in result) refused.push(`Slice ${at + 1}: ${result.refused}`);
      else if (key) made.push({ key, parts: rounded(result.parts) });
    }
    const nothing = 'Nothing to interpolate: contour two slices of this phase with a gap between them.';
    setMessage(between.length === 0 ? nothing : [written(session, made, 'interpolated'), ...refused].join(' '));
  }, [open, session, editor.structure, phase]);

  const segment = () => segmentFrame(slice, phase);
  return { running, message, propagate, carry, interpolate, ai: aiRead !== null, segment, cancel };
}

/** Place of each slice along the line through the first and the last one. */
function positionsMm({ slice_positions_mm: at }: StackMeta): number[] {
  const [first, last] = [at[0]!, at.at(-1)!];
  const along = last.map((v, i) => v - first[i]!);
  const length = Math.hypot(...along) || 1;
  return at.map((point) => point.reduce((sum, v, i) => sum + ((v - first[i]!) * along[i]!) / length, 0));
}
