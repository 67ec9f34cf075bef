/** What gestures paint while they last. */
import type { Point, Polygon } from '../../cmr/geometry';
import { trace } from '../painting';
import { toCanvas, type View } from '../view';

/** A line being drawn, light on a dark rim, so that it is seen on every image. */
export function paintLine(context: CanvasRenderingContext2D, view: View, line: Point[], closed = false, dashed = false): void {
  context.beginPath();
  trace(context, view, line, closed);
  context.lineJoin = 'round';
  context.setLineDash(dashed ? [4, 4] : []);
  context.lineWidth = 3.4;
  context.strokeStyle = 'rgba(0, 0, 0, 0.55)';
  context.stroke();
  context.lineWidth = 1.8;
  context.strokeStyle = '#ffffff';
  context.stroke();
  context.setLineDash([]);
}

/** A point that can be grabbed; the chosen one is filled. */
export function paintHandle(context: CanvasRenderingContext2D, view: View, at: Point, color: string, chosen = false): void {
  const [x, y] = toCanvas(view, at);
  context.beginPath();
  context.arc(x, y, chosen ? 5.5 : 4, 0, 2 * Math.PI);
  context.fillStyle = chosen ? color : '#0e1318';
  context.fill();
  context.lineWidth = 1.8;
  context.strokeStyle = color;
  context.stroke();
}

/** An outline in image pixels, thin. */
export function paintRing(context: CanvasRenderingContext2D, view: View, ring: Polygon): void {
  context.beginPath();
  trace(context, view, ring, true);
  context.lineWidth = 1.4;
  context.strokeStyle = 'rgba(255, 255, 255, 0.9)';
  context.stroke();
}

/** Distance on the screen, in CSS pixels, of two image points. */
export function screenDistance(view: View, a: Point, b: Point): number {
  const [ax, ay] = toCanvas(view, a);
  const [bx, by] = toCanvas(view, b);
  return Math.hypot(ax - bx, ay - by);
}
