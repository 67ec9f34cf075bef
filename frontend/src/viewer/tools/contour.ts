import { IconBallpen, IconPointer } from '@tabler/icons-react';

import { dragged, gripAt, rounded } from '../../cmr/edit';
import type { Parts, Point } from '../../cmr/geometry';
import { simplified } from '../../cmr/outline';
import { closedStroke } from '../../cmr/stroke';
import { contourKeys, store } from './contourKeys';
import type { Gesture, Pointer, Stage, ToolDefinition } from './gesture';
import { trailOf } from './gesture';
import { paintLine } from './marks';
import { pointsTool } from './points';
import { pushTool } from './push';
import { Snapper } from './snapper';
import { splineTool } from './spline';
import { wireTool } from './wire';

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
      moved = dragged(target.parts, grip, by, Math.max(4, Math.hypot(...by) * 1.2));
      target.edit(moved, false);
    },
    release: () => {
      if (moved) target.edit(rounded(moved.map((part, i) => (i === grip.part ? simplified(part) : part))), true);
      return 'done';
    },
    cancel: () => target.edit(null, false),
  };
}

/** Draw freehand; the stroke closes itself and takes the contour's place, or joins it with Shift. */
function beginDraw(at: Pointer, stage: Stage): Gesture | null {
  const { target, view } = stage;
  if (!target) return null;
  const snapper = new Snapper(stage);
  const stroke: Point[] = snapper.placed(at.image, at.control);
  return {
    move: (to) => {
      for (const image of trailOf(to)) stroke.push(...snapper.placed(image, to.control));
      stage.repaint();
    },
    release: () => {
      const drawn = closedStroke(stroke, 1 / view.scale);
      if (drawn) store(target, drawn, at.shift);
      return 'done';
    },
    paint: (context, now) => paintLine(context, now, stroke),
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
    keys: contourKeys,
  },
  {
    id: 'draw',
    label: 'Draw',
    hint: 'Draw the contour anew. Shift adds a part or a hole, Ctrl Del deletes the one under the mouse; Ctrl snaps to other contours',
    shortcut: 'd',
    icon: IconBallpen,
    group: 'contour',
    cursor: 'crosshair',
    edits: true,
    begin: beginDraw,
    keys: contourKeys,
  },
  splineTool,
  pointsTool,
  wireTool,
  pushTool,
];
