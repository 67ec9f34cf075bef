/** A gesture of several clicks that ends in a closed outline: what spline and livewire share. */
import type { Parts, Point, Polygon } from '../../cmr/geometry';
import { signedAreaPx, withoutLoops } from '../../cmr/outline';
import { LEAST_AREA_PX } from '../../cmr/stroke';
import { store } from './contourKeys';
import type { Gesture, Outcome, Pointer, Stage } from './gesture';
import { paintHandle, paintLine, screenDistance } from './marks';
import { Snapper } from './snapper';

const CLOSE_PX = 8; // CSS pixels around the first point in which a click closes
const SAME_PX = 3; // a double click's second press is no new point

export interface Curve {
  /** A point was set. */
  add(point: Point): void;
  /** The last one was taken back. */
  remove(): void;
  /** The line so far and on to the pointer. */
  open(to: Point): Point[];
  /** The closed outline through all points; with `to` as one more, where it is only looked at. */
  closed(to?: Point): Polygon;
  /** The outline became this contour's only part. */
  stored?(parts: Parts): void;
}

/**
 * Click point after point. Enter, a double click or a click on the first point closes the outline,
 * Backspace takes a point back, Escape drops all. With Shift at the first click it becomes one more
 * part; Ctrl snaps a point to another structure's contour.
 */
export function beginSeeds(at: Pointer, stage: Stage, curve: Curve): Gesture | null {
  const { target } = stage;
  if (!target) return null;
  const points: Point[] = [];
  let view = stage.view;
  let pointer = at.image;
  const add = (to: Pointer) => {
    const point = new Snapper({ ...stage, view }).placed(to.image, to.control)[0]!;
    points.push(point);
    curve.add(point);
  };
  const close = (): Outcome => {
    if (points.length < 3) return 'goes on';
    const drawn = curve.closed();
    const outline = withoutLoops(drawn);
    if (Math.abs(signedAreaPx(outline)) < LEAST_AREA_PX) return 'goes on';
    const parts = store(target, outline, at.shift);
    if (parts.length === 1 && outline === drawn) curve.stored?.(parts);
    return 'done';
  };
  const isNear = (a: Point, b: Point | undefined, px: number) => b !== undefined && screenDistance(view, a, b) <= px;
  add(at);
  return {
    move: ({ image }) => {
      pointer = image;
      stage.repaint();
    },
    press: (to) => {
      pointer = to.image;
      if (points.length >= 3 && isNear(to.image, points[0], CLOSE_PX)) return close();
      if (!isNear(to.image, points.at(-1), SAME_PX)) add(to);
      return 'goes on';
    },
    release: () => 'goes on',
    twice: close,
    key: (key) => {
      if (key === 'Enter') return close();
      if (key === 'Escape') return 'done';
      if (key !== 'Backspace') return null;
      points.pop();
      curve.remove();
      return points.length === 0 ? 'done' : 'goes on';
    },
    paint: (context, now) => {
      view = now;
      if (points.length >= 2) paintLine(context, now, curve.closed(pointer), true, true);
      paintLine(context, now, curve.open(pointer));
      points.forEach((point, i) => paintHandle(context, now, point, target.color, i === 0 && points.length >= 3));
    },
  };
}
