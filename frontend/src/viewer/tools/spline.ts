import { IconVectorSpline } from '@tabler/icons-react';

import { outlineOf, spanBetween, splineThrough } from '../../cmr/spline';
import type { Point } from '../../cmr/geometry';
import { contourKeys } from './contourKeys';
import { rememberControls } from './controls';
import type { ToolDefinition } from './gesture';
import { beginSeeds, type Curve } from './seeds';

/** A closed centripetal Catmull-Rom spline through the clicked points. */
function splineCurve(): Curve {
  const points: Point[] = [];
  const through = (all: Point[]) => (all.length < 3 ? all : outlineOf(splineThrough(all)));
  return {
    add: (point) => points.push(point),
    remove: () => points.pop(),
    open: (to) => openLine([...points, to]),
    closed: (to) => through(to ? [...points, to] : points),
    stored: (parts) => rememberControls(parts, [splineThrough(points)]),
  };
}

/** The curve from the first point to the last, as it runs before it is closed. */
function openLine(points: Point[]): Point[] {
  return points.flatMap((p, i) => {
    const next = points[i + 1];
    return next ? [p, ...spanBetween(points[i - 1] ?? mirrored(next, p), p, next, points[i + 2] ?? mirrored(p, next))] : [p];
  });
}

const mirrored = (from: Point, at: Point): Point => [2 * at[0] - from[0], 2 * at[1] - from[1]];

export const splineTool: ToolDefinition = {
  id: 'spline',
  label: 'Spline',
  hint: 'Click points; Enter or a double click closes. Shift adds a part',
  shortcut: 'q',
  icon: IconVectorSpline,
  group: 'contour',
  cursor: 'crosshair',
  edits: true,
  begin: (at, stage) => beginSeeds(at, stage, splineCurve()),
  keys: contourKeys,
};
