import { type MouseEvent, type PointerEvent, type RefObject, useCallback, useEffect, useMemo, useReducer, useRef } from 'react';

import { toCanvas, toImage, type View } from '../view';
import type { Gesture, Outcome, Pointer, Stage, ToolDefinition } from './gesture';
import { keyHeard } from './gestureKeys';
import { beginPan, beginWindow } from './look';

const MIDDLE = 1;
const RIGHT = 2;

type Place = Pick<globalThis.MouseEvent, 'clientX' | 'clientY' | 'button' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

export interface GestureEvents {
  down(event: PointerEvent): void;
  move(event: PointerEvent): void;
  up(event: PointerEvent): void;
  twice(event: MouseEvent): void;
  cancel(): void;
  leave(): void;
  /** Shift + wheel; false where the tool has no use for it. */
  wheel(step: number): boolean;
  paint(canvas: HTMLCanvasElement, view: View): void;
}

/**
 * Leads one gesture at a time from the pointer to the tool. The middle button pans and the right
 * one windows, unless the tool takes it; a gesture of several clicks stands still meanwhile.
 *
 * `place` names the frame and what is edited in it: when it changes, an unfinished gesture is dropped.
 */
export function useGesture(
  box: RefObject<HTMLDivElement | null>,
  tool: ToolDefinition,
  stageOf: (repaint: () => void) => Stage | null,
  place: string,
): GestureEvents {
  const running = useRef<Gesture | null>(null);
  const aside = useRef<Gesture | null>(null); // pan or window, begun while another goes on
  const pointer = useRef<Pointer | null>(null);
  const [tick, repaint] = useReducer((n: number) => n + 1, 0);
  const latest = useRef({ stageOf, tool });
  useEffect(() => {
    latest.current = { stageOf, tool };
  }, [stageOf, tool]);

  const stage = useCallback(() => latest.current.stageOf(repaint), []);
  const drop = useCallback(() => {
    aside.current = null;
    const now = running.current;
    running.current = null;
    now?.cancel?.();
    repaint();
  }, []);
  useEffect(() => drop, [drop, tool.id, place]);

  const keep = useCallback((outcome: Outcome) => {
    if (outcome === 'done') running.current = null;
    repaint();
  }, []);

  useEffect(() => {
    const toolKey = (key: string): boolean => {
      const run = latest.current.tool.keys?.[key];
      const now = run && pointer.current && !running.current ? stage() : null;
      if (!now) return false;
      run!(pointer.current!, now);
      return true;
    };
    const onKey = (event: KeyboardEvent) => {
      const outcome = keyHeard(event, running.current, toolKey);
      if (outcome === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (outcome === 'acted') repaint();
      else keep(outcome);
    };
    // before the room's own keys: Backspace in a gesture takes back a point, not the contour
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [keep, stage]);

  return useMemo(() => {
    const read = (event: Place, view: View): Pointer => {
      const rect = box.current!.getBoundingClientRect();
      const canvas: [number, number] = [event.clientX - rect.left, event.clientY - rect.top];
      return { canvas, image: toImage(view, canvas), button: event.button, shift: event.shiftKey, control: event.ctrlKey || event.metaKey, alt: event.altKey };
    };
    return {
      down(event) {
        const now = stage();
        if (!now) return;
        const at = read(event, now.view);
        if (at.button === MIDDLE) aside.current = beginPan(at, now);
        else if (at.button === RIGHT && !latest.current.tool.rightButton) aside.current = beginWindow(at, now);
        else if (running.current) keep(running.current.press?.(at) ?? 'goes on');
        else if ((!latest.current.tool.edits || now.target) && (!latest.current.tool.measures || now.objects)) running.current = latest.current.tool.begin(at, now);
      },
      move(event) {
        const now = stage();
        if (!now) return;
        const at = read(event, now.view);
        at.trail = [...(event.nativeEvent.getCoalescedEvents?.() ?? []).slice(0, -1).map((e) => read(e, now.view).image), at.image];
        pointer.current = at;
        const gesture = aside.current ?? running.current;
        if (gesture) gesture.move(at);
        else if (latest.current.tool.hover) repaint();
      },
      up(event) {
        const now = stage();
        if (!now) return;
        if (aside.current) aside.current = null;
        else if (running.current) keep(running.current.release(read(event, now.view)));
      },
      twice(event) {
        const now = stage();
        if (now && running.current?.twice) keep(running.current.twice(read(event, now.view)));
      },
      cancel: drop,
      leave() {
        pointer.current = null;
        if (latest.current.tool.hover) repaint();
      },
      wheel(step) {
        const turn = latest.current.tool.wheel;
        if (!turn) return false;
        turn(step);
        repaint();
        return true;
      },
      paint(canvas, view) {
        const context = canvas.getContext('2d')!;
        context.save();
        running.current?.paint?.(context, view);
        const now = stage();
        // in the magnifier the same image point lies elsewhere
        if (now && pointer.current && !running.current?.paint) {
          latest.current.tool.hover?.({ ...pointer.current, canvas: toCanvas(view, pointer.current.image) }, { ...now, view }, context);
        }
        context.restore();
      },
    };
    // a new object for each repaint that a gesture asks for: it is what the painting effect waits for
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [box, stage, drop, keep, tick]);
}
