import { useCallback, useRef } from 'react';

import { api } from '../../api/client';
import type { FrameContours } from '../../api/types';
import { rounded } from '../../cmr/edit';
import type { Parts } from '../../cmr/geometry';
import { plural } from '../../components/format';
import type { ReadSession } from '../session/session';
import type { OpenStack } from '../stack';
import type { Stroke } from './clickTool';
import { drawnAt, keyAt } from './plan';
import { Cancelled } from './registrar';
import type { Made, Start } from './useSmart';
import { written } from './written';

const ANSWER_MS = 15_000;
const MOST_STROKES = 50;

/** One structure in one frame. */
export interface Spot {
  structure: string;
  slice: number;
  phase: number;
}

/** What the strokes so far made of a contour: the next one goes with them while it still is that. */
interface Trail {
  of: string;
  parts: Parts;
  strokes: Stroke[];
}

interface Options {
  readId: string | null;
  open: OpenStack;
  session: ReadSession;
  start: Start;
}

export interface Ai {
  segment(slice: number, phase: number): void;
  refine(spot: Spot, stroke: Stroke): void;
  cancel(): void;
}

const same = (a: Parts, b: Parts): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the model service makes, asked through the portal; all of it waits until the reader accepts it. */
export function useAi({ readId, open, session, start }: Options): Ai {
  const stopping = useRef<AbortController | null>(null);
  const waiting = useRef<{ spot: Spot; stroke: Stroke }[] | null>(null);
  const trail = useRef<Trail | null>(null);

  const ask = useCallback(
    async (body: object): Promise<FrameContours> => {
      stopping.current = new AbortController();
      const signal = AbortSignal.any([stopping.current.signal, AbortSignal.timeout(ANSWER_MS)]);
      try {
        return await api.post<FrameContours>(`/reads/${readId}/segment-frame/`, body, signal);
      } catch (error) {
        if (error instanceof DOMException && error.name === 'AbortError') throw new Cancelled();
        throw error;
      }
    },
    [readId],
  );

  const segment = useCallback(
    (slice: number, phase: number) => {
      if (readId === null) return;
      void start('AI on this slice', 0, async () => {
        const found = await ask({ slice, phase });
        const made = Object.entries(found.structures).flatMap(([code, parts]): Made[] => {
          const key = keyAt(open.places, code, slice, phase);
          return key && parts.length > 0 ? [{ key, parts: rounded(parts as Parts) }] : [];
        });
        if (made.length === 0) return 'The AI finds none of the structures in this frame.';
        return written(session, made, 'by the AI', found);
      });
    },
    [readId, open, session, start, ask],
  );

  /** Corrects one contour; says only what doesn't show. */
  const corrected = useCallback(
    async ({ structure, slice, phase }: Spot, stroke: Stroke): Promise<string> => {
      const now = () => drawnAt(session.get().held, open.places, structure, slice, phase);
      const key = keyAt(open.places, structure, slice, phase);
      if (!key) return '';
      const parts = now()?.parts ?? [];
      const of = `${structure}/${slice}/${phase}`;
      const before = trail.current?.of === of && same(trail.current.parts, parts) ? trail.current.strokes : [];
      const strokes = [...before, stroke].slice(-MOST_STROKES);
      const found = await ask({ slice, phase, correction: { structure, parts, strokes } });
      const held = now();
      if (!same(held?.parts ?? [], parts)) return 'The contour was changed meanwhile: the click was left out.';
      const next = rounded((found.structures[structure] ?? []) as Parts);
      if (same(next, parts)) return stroke.include ? 'That is inside the contour already.' : 'That is outside the contour already.';
      trail.current = { of, parts: next, strokes };
      // what a person settled is changed as by any tool of theirs; the rest is still the AI's to be accepted
      if (next.length === 0) session.contour(key, null);
      else if (held && held.state !== 'auto') session.contour(key, next);
      else session.computed([{ key, parts: next }], found);
      return held && held.state !== 'auto' ? `${plural(strokes.length, 'click')} on this contour.` : 'Corrected by the AI, dashed till accepted.';
    },
    [open, session, ask],
  );

  const refine = useCallback(
    (spot: Spot, stroke: Stroke) => {
      if (readId === null) return;
      // a click made while another is worked on goes on from what that one makes
      if (waiting.current) {
        waiting.current.push({ spot, stroke });
        return;
      }
      void start('Smart click', 0, async () => {
        const queue = (waiting.current = [{ spot, stroke }]);
        let said = '';
        try {
          for (let next = queue.shift(); next; next = queue.shift()) said = await corrected(next.spot, next.stroke);
        } finally {
          waiting.current = null;
        }
        return said;
      });
    },
    [readId, start, corrected],
  );

  const cancel = useCallback(() => stopping.current?.abort(), []);
  return { segment, refine, cancel };
}
