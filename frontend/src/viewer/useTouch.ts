import { type Dispatch, type PointerEvent, type SetStateAction, useEffect, useMemo, useRef, useState } from 'react';

import type { Point } from '../cmr/geometry';
import type { ToolDefinition } from './tools/gesture';
import { pinched, type View } from './view';

const SLICE_PX = 28; // finger's way for one slice
const PHASE_PX = 16; // and for one phase
const TAP_PX = 8;
const NOTICE_MS = 4000;

/** Said to a finger that taps the image with a tool that draws. */
export const FINGERS = 'Fingers scroll and zoom. Draw with a pen or a mouse.';

export interface TouchEvents {
  /** Each says whether it took the event: what it leaves is the tool's. */
  down(event: PointerEvent): boolean;
  move(event: PointerEvent): boolean;
  up(event: PointerEvent): boolean;
}

interface Moves {
  setView: Dispatch<SetStateAction<View | null>>;
  onSlice: (by: number) => void;
  /** Phases on or back. */
  onPhase: ((by: number) => void) | undefined;
}

interface Swipe {
  from: Point;
  axis: 0 | 1 | null;
  steps: number;
  several: boolean;
  /** One finger with a tool to look with, for example to pan, works it. */
  tools: boolean;
}

/**
 * What fingers do on an image: one scrolls (up and down slices, left and right phases), two pinch
 * and pan. Contours need a finer point than a fingertip: a pen or a mouse goes to the tools.
 */
export function useTouch(tool: ToolDefinition, moves: Moves): { touch: TouchEvents; notice: string | null } {
  const [notice, setNotice] = useState<string | null>(null);
  const latest = useRef({ tool, ...moves });
  useEffect(() => {
    latest.current = { tool, ...moves };
  });
  useEffect(() => {
    if (notice === null) return undefined;
    const timer = setTimeout(() => setNotice(null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  const touch = useMemo(() => fingers(latest, setNotice), []);
  return { touch, notice };
}

function fingers(latest: { current: Moves & { tool: ToolDefinition } }, say: (notice: string | null) => void): TouchEvents {
  const on = new Map<number, Point>();
  let swipe: Swipe | null = null;
  const place = (event: PointerEvent): Point => {
    const rect = event.currentTarget.getBoundingClientRect();
    return [event.clientX - rect.left, event.clientY - rect.top];
  };
  return {
    down(event) {
      if (event.pointerType !== 'touch') return false;
      on.set(event.pointerId, place(event));
      if (on.size === 1) swipe = { from: place(event), axis: null, steps: 0, several: false, tools: latest.current.tool.group === 'look' };
      else if (swipe) swipe.several = true;
      return !isTools(swipe);
    },
    move(event) {
      if (!on.has(event.pointerId)) return event.pointerType === 'touch';
      // both read now: the view is set later, when the fingers have gone on
      const before = [...on.values()];
      on.set(event.pointerId, place(event));
      const after = [...on.values()];
      if (isTools(swipe)) return false;
      if (on.size === 2) latest.current.setView((v) => v && pinched(v, before as [Point, Point], after as [Point, Point]));
      else if (swipe && !swipe.several) step(swipe, place(event), latest.current);
      return true;
    },
    up(event) {
      if (!on.delete(event.pointerId)) return event.pointerType === 'touch';
      const last = swipe;
      if (on.size === 0) swipe = null;
      if (isTools(last)) return false;
      const { tool } = latest.current;
      const tapped = event.type === 'pointerup' && on.size === 0 && last?.axis === null && !last.several;
      if (tapped && (tool.edits || tool.measures)) say(FINGERS);
      return true;
    },
  };
}

const isTools = (swipe: Swipe | null): boolean => swipe !== null && swipe.tools && !swipe.several;

/** The first way a finger goes chooses between slices and phases until it is lifted. */
function step(swipe: Swipe, at: Point, { onSlice, onPhase }: Moves): void {
  const by: Point = [at[0] - swipe.from[0], at[1] - swipe.from[1]];
  if (swipe.axis === null && Math.hypot(...by) > TAP_PX) swipe.axis = Math.abs(by[0]) > Math.abs(by[1]) ? 0 : 1;
  if (swipe.axis === null) return;
  // the image follows the finger as a page would: up brings what lies below
  const steps = Math.trunc(-by[swipe.axis] / (swipe.axis === 1 ? SLICE_PX : PHASE_PX));
  const more = steps - swipe.steps;
  swipe.steps = steps;
  if (more === 0) return;
  if (swipe.axis === 1) onSlice(more);
  else onPhase?.(more);
}
