/** Clicks and scribbles that correct a contour: what they go over belongs to it, or doesn't. */
import { IconPointerBolt } from '@tabler/icons-react';

import type { Point } from '../../cmr/geometry';
import type { Gesture, Pointer, Stage, ToolDefinition } from '../tools/gesture';
import { paintLine } from '../tools/marks';
import { toCanvas, type View } from '../view';

const RIGHT = 2;
const STEP_PX = 0.5; // points of a scribble that are nearer are one
const MOST_POINTS = 500;

export interface Stroke {
  include: boolean;
  /** Image pixels (column, row); one is a click. */
  points: Point[];
}

function begin(at: Pointer, stage: Stage): Gesture | null {
  const { target } = stage;
  if (!target?.refine) return null;
  const stroke: Stroke = { include: at.button !== RIGHT && !at.alt, points: [at.image] };
  return {
    move: ({ image }) => {
      const last = stroke.points.at(-1)!;
      if (stroke.points.length >= MOST_POINTS || Math.hypot(image[0] - last[0], image[1] - last[1]) < STEP_PX) return;
      stroke.points.push(image);
      stage.repaint();
    },
    release: () => {
      target.refine!(stroke);
      return 'done';
    },
    key: (key) => (key === 'Escape' ? 'done' : null),
    paint: (context, view) => paintStroke(context, view, stroke, stroke.include ? target.color : '#ffffff'),
  };
}

/** The line, and a plus or a minus where it began. */
function paintStroke(context: CanvasRenderingContext2D, view: View, { include, points }: Stroke, color: string): void {
  if (points.length > 1) paintLine(context, view, points);
  const [x, y] = toCanvas(view, points[0]!);
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.fillStyle = '#0e1318';
  context.fill();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  if (include) {
    context.moveTo(x, y - 4);
    context.lineTo(x, y + 4);
  }
  context.lineWidth = 2;
  context.strokeStyle = color;
  context.stroke();
}

export const smartTools: ToolDefinition[] = [
  {
    id: 'smart-click',
    label: 'Smart click',
    hint: 'Click or scribble what belongs to the contour; with Alt or the right button, what doesn’t. AI finds the border',
    shortcut: ';',
    icon: IconPointerBolt,
    group: 'contour',
    cursor: 'crosshair',
    edits: true,
    ai: true,
    rightButton: true,
    begin,
  },
];
