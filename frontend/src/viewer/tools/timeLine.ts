import { IconTimeline } from '@tabler/icons-react';

import { distance, type Point } from '../../cmr/geometry';
import { toCanvas } from '../view';
import type { Gesture, Pointer, Stage, ToolDefinition } from './gesture';

const HANDLE_PX = 11;
const SHORTEST_PX = 6; // a shorter drag sets no line

/** Draw a line, or drag one end of the line that is there. */
function begin(at: Pointer, stage: Stage): Gesture | null {
  const { timeLine, view } = stage;
  if (!timeLine) return null;
  const before = timeLine.ends;
  const held = before?.findIndex((end) => distance(toCanvas(view, end), at.canvas) <= HANDLE_PX) ?? -1;
  const other: Point = held >= 0 ? before![1 - held]! : at.image;
  let moved = false;
  return {
    move: ({ canvas, image }) => {
      moved ||= held >= 0 || distance(canvas, at.canvas) >= SHORTEST_PX;
      if (moved) timeLine.set(held === 0 ? [image, other] : [other, image]);
    },
    release: () => {
      if (moved) timeLine.done();
      return 'done';
    },
    key: (key) => {
      if (key !== 'Escape') return null;
      timeLine.set(before);
      return 'done';
    },
    cancel: () => undefined,
  };
}

export const timeLineTool: ToolDefinition = {
  id: 'm-mode',
  label: 'M-mode',
  hint: 'Drag a line: a strip shows its pixels over all phases',
  shortcut: 'F9',
  icon: IconTimeline,
  group: 'look',
  cursor: 'crosshair',
  edits: false,
  begin,
};
