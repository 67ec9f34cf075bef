/** Painting: what the brush covers is added to the contour, or taken away. */
import { IconBrush, IconBucketDroplet, IconContrast2, IconEraser } from '@tabler/icons-react';

import { rounded, storable } from '../../cmr/edit';
import { combined, type Region } from '../../cmr/field';
import type { Parts, Point } from '../../cmr/geometry';
import { alike, flood, pixelAt, spread } from '../../cmr/pick';
import { pixelEdgePolygons } from '../../cmr/pixelEdges';
import { toCanvas, type View } from '../view';
import { brush } from './brushSize';
import type { Gesture, Pointer, Stage, ToolDefinition } from './gesture';

const STROKE_STEP_PX = 0.2; // points of a stroke that are nearer are one
const FLOOD_REACH_PX = 40; // how far a fill may run, so that it can't take the whole image

/** Noise makes many crumbs and holes: more of them than a contour may have, or can be meant. */
const painted = (parts: Parts, region: Region, how: How): Parts => rounded(storable(combined(parts, region, how)));

type How = 'add' | 'remove';
type Covering = (path: Point[], radiusPx: number) => Region;

/** A stroke with the brush; the contour changes when it ends. */
function stroke(at: Pointer, stage: Stage, how: How, covering: Covering): Gesture | null {
  const { target } = stage;
  if (!target) return null;
  const { radiusPx } = brush;
  const path: Point[] = [at.image];
  return {
    move: ({ image }) => {
      const last = path.at(-1)!;
      if (Math.hypot(image[0] - last[0], image[1] - last[1]) < STROKE_STEP_PX) return;
      path.push(image);
      stage.repaint();
    },
    release: () => {
      target.edit(painted(target.parts, covering(path, radiusPx), how), true);
      return 'done';
    },
    paint: (context, view) => paintStroke(context, view, path, radiusPx, how === 'add' ? target.color : '#ffffff'),
  };
}

const round: Covering = (path, radiusPx) => ({ path, radiusPx });
const beginBrush = (at: Pointer, stage: Stage) => stroke(at, stage, at.shift ? 'remove' : 'add', round);
const beginEraser = (at: Pointer, stage: Stage) => stroke(at, stage, at.shift ? 'add' : 'remove', round);

/** Only pixels as bright as the first one, give or take the tolerance. */
function beginAlike(at: Pointer, stage: Stage): Gesture | null {
  const { frame } = stage;
  const seed = frame && pixelAt(frame, at.image);
  if (frame === null || seed === null) return null;
  const value = frame.values[seed]!;
  const tolerance = brush.tolerance * spread(frame.values);
  return stroke(at, stage, at.shift ? 'remove' : 'add', (path, radiusPx) => ({
    parts: pixelEdgePolygons(alike(frame, path, radiusPx, value, tolerance), frame.rows, frame.columns),
  }));
}

function beginFill(at: Pointer, stage: Stage): Gesture | null {
  const { frame, target } = stage;
  if (!frame || !target) return null;
  return {
    move: () => undefined,
    release: () => {
      const mask = flood(frame, at.image, brush.tolerance * spread(frame.values), FLOOD_REACH_PX);
      const parts = pixelEdgePolygons(mask, frame.rows, frame.columns);
      if (parts.length > 0) target.edit(painted(target.parts, { parts }, at.shift ? 'remove' : 'add'), true);
      return 'done';
    },
  };
}

/** Brushes are round in pixels, so an ellipse on the screen where pixels aren't square. */
function circlePath(context: CanvasRenderingContext2D, view: View, centre: Point, radiusPx: number): void {
  for (let i = 0; i <= 48; i += 1) {
    const angle = (2 * Math.PI * i) / 48;
    const [x, y] = toCanvas(view, [centre[0] + radiusPx * Math.cos(angle), centre[1] + radiusPx * Math.sin(angle)]);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

function paintStroke(context: CanvasRenderingContext2D, view: View, path: Point[], radiusPx: number, color: string): void {
  context.globalAlpha = 0.4;
  context.fillStyle = color;
  context.beginPath();
  for (const [i, to] of path.entries()) {
    const from = path[i - 1] ?? to;
    const n = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / (radiusPx / 3)));
    for (let k = 1; k <= n; k += 1) {
      circlePath(context, view, [from[0] + (k / n) * (to[0] - from[0]), from[1] + (k / n) * (to[1] - from[1])], radiusPx);
      context.closePath();
    }
  }
  context.fill();
}

function hoverBrush(at: Pointer, stage: Stage, context: CanvasRenderingContext2D): void {
  context.beginPath();
  circlePath(context, stage.view, at.image, brush.radiusPx);
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(0, 0, 0, 0.6)';
  context.stroke();
  context.lineWidth = 1.5;
  context.strokeStyle = '#ffffff';
  context.stroke();
}

const painting = { group: 'mask', cursor: 'crosshair', edits: true } as const;

export const maskTools: ToolDefinition[] = [
  {
    ...painting,
    id: 'brush',
    label: 'Brush',
    hint: 'Paint onto the contour; with Shift, off it; - and = change the size',
    shortcut: 'Shift+D',
    icon: IconBrush,
    begin: beginBrush,
    hover: hoverBrush,
  },
  {
    ...painting,
    id: 'eraser',
    label: 'Eraser',
    hint: 'Take off the contour what is painted; - and = change the size',
    shortcut: 'Shift+U',
    icon: IconEraser,
    begin: beginEraser,
    hover: hoverBrush,
  },
  {
    ...painting,
    id: 'threshold-brush',
    label: 'Threshold brush',
    hint: 'Paint only what is as bright as the first pixel; < and > change the tolerance',
    shortcut: 'Shift+Z',
    icon: IconContrast2,
    begin: beginAlike,
    hover: hoverBrush,
  },
  {
    ...painting,
    id: 'fill',
    label: 'Fill',
    hint: 'Add what is joined to this pixel and as bright; < and > change the tolerance',
    shortcut: 'Shift+K',
    icon: IconBucketDroplet,
    begin: beginFill,
  },
];
