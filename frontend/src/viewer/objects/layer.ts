/** Landmarks and measurements painted over the image. */
import type { Point } from '../../cmr/geometry';
import { type Layer, trace } from '../painting';
import type { DrawnObject } from '../tools/gesture';
import { toCanvas, type View } from '../view';
import { outlineOf, titleOf } from './values';

const COLOR = '#7ee0ff';
const CHOSEN = '#ffffff';

/** `textOf` gives the lines beside an object. */
export function objectLayer(objects: DrawnObject[], chosen: string | null, textOf: (object: DrawnObject) => string): Layer {
  return {
    key: 'objects',
    paint(context, view) {
      for (const object of objects) paint(context, view, object, object.id === chosen ? CHOSEN : COLOR, textOf(object));
    },
  };
}

function paint(context: CanvasRenderingContext2D, view: View, object: DrawnObject, color: string, text: string): void {
  const lines = linesOf(object);
  for (const [width, style] of [
    [3.4, 'rgba(0, 0, 0, 0.6)'],
    [1.6, color],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.beginPath();
    for (const { points, closed } of lines) trace(context, view, points, closed);
    context.stroke();
  }
  for (const point of object.points) handle(context, toCanvas(view, point), color, object.type === 'landmark');
  write(context, view, object, color, text);
}

function linesOf(object: DrawnObject): { points: Point[]; closed: boolean }[] {
  const outline = outlineOf(object);
  if (outline) return [{ points: outline, closed: true }];
  if (object.type === 'bidirectional') return [object.points.slice(0, 2), object.points.slice(2)].map((points) => ({ points, closed: false }));
  return object.type === 'landmark' ? [] : [{ points: object.points, closed: false }];
}

function handle(context: CanvasRenderingContext2D, [x, y]: Point, color: string, cross: boolean): void {
  context.lineWidth = 1.6;
  context.strokeStyle = color;
  context.beginPath();
  if (cross) {
    for (const [dx, dy] of [
      [6, 0],
      [0, 6],
    ] as const) {
      context.moveTo(x - dx, y - dy);
      context.lineTo(x + dx, y + dy);
    }
  }
  context.moveTo(x + 3, y);
  context.arc(x, y, 3, 0, 2 * Math.PI);
  context.stroke();
}

function write(context: CanvasRenderingContext2D, view: View, object: DrawnObject, color: string, text: string): void {
  const places = object.points.map((point) => toCanvas(view, point));
  const right = places.reduce((best, place) => (place[0] > best[0] ? place : best), places[0]!);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(0, 0, 0, 0.75)';
  context.fillStyle = color;
  [object.label || object.type === 'landmark' ? titleOf(object) : '', text].filter(Boolean).forEach((line, i) => {
    context.strokeText(line, right[0] + 9, right[1] + 15 * i);
    context.fillText(line, right[0] + 9, right[1] + 15 * i);
  });
}
