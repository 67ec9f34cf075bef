import { IconVectorBezier2 } from '@tabler/icons-react';

import { gripAt, rounded } from '../../cmr/edit';
import type { Point } from '../../cmr/geometry';
import { type Controlled, outlineOf, withPointAdded, withPointMoved, withPointRemoved } from '../../cmr/spline';
import type { View } from '../view';
import { contourKeys } from './contourKeys';
import { controlsOf, rememberControls } from './controls';
import type { Gesture, Pointer, Stage, Target, ToolDefinition } from './gesture';
import { paintHandle, screenDistance } from './marks';

const GRAB_PX = 9; // CSS pixels

function stored(target: Target, curves: Controlled[]): void {
  const parts = rounded(curves.map(outlineOf));
  rememberControls(parts, curves);
  target.edit(parts, true);
}

/** The control point under the pointer; null where there is none. */
function pointAt(curves: Controlled[], view: View, at: Point): { part: number; point: number } | null {
  let found: { part: number; point: number } | null = null;
  let least = GRAB_PX;
  curves.forEach((curve, part) =>
    curve.points.forEach((p, point) => {
      const away = screenDistance(view, p, at);
      if (away > least) return;
      least = away;
      found = { part, point };
    }),
  );
  return found;
}

/** A new control point where the contour is pressed between two of them; null beside the contour. */
function added(curves: Controlled[], view: View, at: Point): { curves: Controlled[]; held: { part: number; point: number } } | null {
  // the contour with each edge's span: span k of a part runs from its point k
  const lines = curves.map((curve) => curve.points.flatMap((p, span) => [p, ...curve.spans[span]!].map((point) => ({ point, span }))));
  const grip = gripAt(
    lines.map((line) => line.map(({ point }) => point)),
    at,
  );
  if (!grip || screenDistance(view, grip.point, at) > GRAB_PX) return null;
  const { span } = lines[grip.part]![Math.floor(grip.at)]!;
  return {
    curves: curves.map((curve, i) => (i === grip.part ? withPointAdded(curve, span, grip.point) : curve)),
    held: { part: grip.part, point: span + 1 },
  };
}

/** Drag a control point, or press on the contour to set one there and drag it. */
function begin(at: Pointer, stage: Stage): Gesture | null {
  const { target, view } = stage;
  if (!target) return null;
  const first = controlsOf(target.parts);
  const found = pointAt(first, view, at.image);
  const start = found ? { curves: first, held: found } : added(first, view, at.image);
  if (!start) return null;
  const { part, point } = start.held;
  let curves: Controlled[] | null = found ? null : start.curves;
  const from = start.curves[part]!.points[point]!;
  return {
    move: ({ image }) => {
      // by how far the pointer went: a point grabbed at its rim doesn't jump
      const to: Point = [from[0] + image[0] - at.image[0], from[1] + image[1] - at.image[1]];
      curves = start.curves.map((curve, i) => (i === part ? withPointMoved(curve, point, to) : curve));
      target.edit(curves.map(outlineOf), false);
    },
    release: () => {
      if (curves) stored(target, curves);
      return 'done';
    },
    cancel: () => target.edit(null, false),
    paint: (context, now) => {
      const shown = curves ?? start.curves;
      shown.forEach((curve, i) => curve.points.forEach((p, k) => paintHandle(context, now, p, target.color, i === part && k === point)));
    },
  };
}

function hover(at: Pointer, { target, view }: Stage, context: CanvasRenderingContext2D): void {
  if (!target) return;
  const curves = controlsOf(target.parts);
  const near = pointAt(curves, view, at.image);
  curves.forEach((curve, i) => curve.points.forEach((p, k) => paintHandle(context, view, p, target.color, near?.part === i && near.point === k)));
}

/** The control point under the pointer goes; the contour runs on without it. */
function removePoint({ image }: Pointer, { target, view }: Stage): void {
  if (!target) return;
  const curves = controlsOf(target.parts);
  const found = pointAt(curves, view, image);
  if (!found || curves[found.part]!.points.length <= 3) return;
  stored(
    target,
    curves.map((curve, i) => (i === found.part ? withPointRemoved(curve, found.point) : curve)),
  );
}

export const pointsTool: ToolDefinition = {
  id: 'points',
  label: 'Points',
  hint: 'Drag control points; press on the contour to set one, Backspace on a point removes it',
  shortcut: 'Shift+Q',
  icon: IconVectorBezier2,
  group: 'contour',
  cursor: 'crosshair',
  edits: true,
  begin,
  hover,
  keys: { ...contourKeys, Backspace: removePoint },
};
