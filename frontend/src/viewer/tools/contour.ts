import { IconBallpen, IconPointer } from '@tabler/icons-react';

import { closedStroke, dragged, gripAt, rounded } from '../../cmr/edit';
import type { Parts, Point } from '../../cmr/geometry';
import { trace } from '../painting';
import type { Gesture, Pointer, Stage, ToolDefinition } from './gesture';

const GRAB_PX = 14; // CSS pixels around a contour in which it can be grabbed

/** Drag the contour where it is grabbed; near points follow. */
function beginEdit(at: Pointer, stage: Stage): Gesture | null {
  const { target, view } = stage;
  const grip = target && gripAt(target.parts, at.image);
  if (!target || !grip || grip.distance * view.scale >= GRAB_PX) return null;
  let moved: Parts | null = null;
  return {
    move: ({ image }) => {
      const by: Point = [image[0] - at.image[0], image[1] - at.image[1]];
      moved = rounded(dragged(target.parts, grip, by, Math.max(4, Math.hypot(...by) * 1.2)));
      target.edit(moved, false);
    },
    release: () => {
      if (moved) target.edit(moved, true);
      return 'done';
    },
    cancel: () => target.edit(target.parts, false),
  };
}

/** Draw freehand; the stroke closes itself and takes the contour's place. */
function beginDraw(at: Pointer, stage: Stage): Gesture | null {
  const { target } = stage;
  if (!target) return null;
  const stroke: Point[] = [at.image];
  return {
    move: ({ image }) => {
      stroke.push(image);
      stage.repaint();
    },
    release: () => {
      const drawn = closedStroke(stroke);
      if (drawn) target.edit([drawn], true);
      return 'done';
    },
    paint: (context, view) => {
      context.beginPath();
      trace(context, view, stroke, false);
      context.lineWidth = 2;
      context.strokeStyle = '#ffffff';
      context.stroke();
    },
  };
}

export const contourTools: ToolDefinition[] = [
  {
    id: 'edit',
    label: 'Edit',
    hint: 'Drag a contour: near points follow',
    shortcut: 'v',
    icon: IconPointer,
    group: 'contour',
    cursor: 'crosshair',
    edits: true,
    begin: beginEdit,
  },
  {
    id: 'draw',
    label: 'Draw',
    hint: 'Draw the contour anew',
    shortcut: 'd',
    icon: IconBallpen,
    group: 'contour',
    cursor: 'crosshair',
    edits: true,
    begin: beginDraw,
  },
];
