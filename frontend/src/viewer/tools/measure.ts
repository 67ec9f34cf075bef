import { IconAngle, IconCircleDashed, IconCrosshair, IconMapPin, IconPolygon, IconRoute, IconRuler2 } from '@tabler/icons-react';

import type { WorldObject } from '../../api/types';
import { distance, type Point } from '../../cmr/geometry';
import { toCanvas } from '../view';
import type { DrawnObject, FrameObjects, Gesture, Outcome, Pointer, Stage, ToolDefinition } from './gesture';

type Type = WorldObject['type'];

const HANDLE_PX = 9; // CSS pixels around a point in which it can be grabbed
const CLICK_PX = 4; // a press that moves less is a click
/** Points that are set by hand; the rest follow from them. */
const SET_BY_HAND: Record<Type, number> = { landmark: 1, length: 2, bidirectional: 2, angle: 3, ellipse: 2, polygon: Infinity, curve: Infinity };
/** Those set by clicks until they are ended, and how many points they need. */
const LEAST: Partial<Record<Type, number>> = { polygon: 3, curve: 2 };

/** What an object's points are once its points by hand are these. */
export function pointsOf(type: Type, set: Point[]): Point[] {
  if (type === 'ellipse' && set.length === 2) return ellipseEnds(set[0]!, set[1]!);
  return type === 'bidirectional' && set.length === 2 ? crossed(set[0]!, set[1]!) : set;
}

/** From corner to corner: the ends of the two axes. */
function ellipseEnds([x1, y1]: Point, [x2, y2]: Point): Point[] {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return [[x1, y], [x2, y], [x, y1], [x, y2]];
}

/** A long axis, and half as long a short one across its middle. */
function crossed(a: Point, b: Point): Point[] {
  const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const [dx, dy] = [(b[0] - a[0]) / 4, (b[1] - a[1]) / 4];
  return [a, b, [x - dy, y + dx], [x + dy, y - dx]];
}

/** An object with one of its points moved; an ellipse stays one: the opposite end moves as well. */
export function moved(object: DrawnObject, index: number, to: Point): DrawnObject {
  const points = object.points.map((p, i): Point => (i === index ? to : p));
  if (object.type === 'ellipse') {
    const opposite = index ^ 1;
    const middle: Point = [0, 1].map((axis) => object.points.reduce((sum, p) => sum + p[axis]!, 0) / 4) as Point;
    points[opposite] = [2 * middle[0] - to[0], 2 * middle[1] - to[1]];
  }
  return { ...object, points };
}

function grabbed(at: Pointer, stage: Stage, objects: FrameObjects): { object: DrawnObject; index: number } | null {
  for (const object of objects.shown) {
    const index = object.points.findIndex((point) => distance(toCanvas(stage.view, point), at.canvas) <= HANDLE_PX);
    if (index >= 0) return { object, index };
  }
  return null;
}

function beginMove(objects: FrameObjects, object: DrawnObject, index: number): Gesture {
  let now: DrawnObject | null = null;
  return {
    move: ({ image }) => {
      now = moved(object, index, image);
      objects.preview(now);
    },
    release: () => {
      if (now) objects.put(now);
      objects.preview(null);
      return 'done';
    },
    cancel: () => objects.preview(null),
  };
}

/** Points by pressing and dragging, or by clicks; a region or curve ends by Enter or a double click, a region also by its first point. */
function beginSet(type: Type, first: Pointer, stage: Stage, objects: FrameObjects): Gesture {
  const id = crypto.randomUUID();
  const wanted = SET_BY_HAND[type];
  const least = LEAST[type];
  const set: Point[] = [first.image];
  let pressedAt = first.canvas;
  let pointer = first.image;
  const drawn = (points: Point[]): DrawnObject => ({ id, type, code: type === 'landmark' ? objects.landmark : '', label: '', points: pointsOf(type, points) });
  const show = () => objects.preview(drawn(set.length < wanted ? [...set, pointer] : set));
  const done = (): Outcome => {
    objects.preview(null);
    objects.put(drawn(set));
    return 'done';
  };
  const add = (at: Pointer): Outcome => {
    if (type === 'polygon' && set.length >= 3 && distance(toCanvas(stage.view, set[0]!), at.canvas) <= HANDLE_PX) return done();
    set.push(at.image);
    show();
    return set.length >= wanted ? done() : 'goes on';
  };
  show();
  return {
    move: (at) => {
      pointer = at.image;
      show();
    },
    press: (at) => {
      pressedAt = at.canvas;
      if (least !== undefined) return add(at);
      return 'goes on';
    },
    release: (at) => {
      if (wanted === 1) return done();
      const clicked = distance(at.canvas, pressedAt) < CLICK_PX;
      // the first press sets a point by itself; every later one, and the end of a drag, one more
      if (least !== undefined || (clicked && set.length === 1 && pressedAt === first.canvas)) return 'goes on';
      return add(at);
    },
    twice: () => {
      if (least === undefined) return 'goes on';
      // a double click presses twice at the same place
      const [last, before] = [set.at(-1)!, set.at(-2)];
      if (before && distance(toCanvas(stage.view, last), toCanvas(stage.view, before)) < CLICK_PX) set.pop();
      return set.length >= least ? done() : 'goes on';
    },
    key: (key) => {
      if (key === 'Escape') {
        objects.preview(null);
        return 'done';
      }
      if (key === 'Enter' && least !== undefined && set.length >= least) return done();
      if (key === 'Backspace' && set.length > 1) {
        set.pop();
        show();
        return 'goes on';
      }
      return null;
    },
    cancel: () => objects.preview(null),
  };
}

function measuring(type: Type, label: string, hint: string, shortcut: string, icon: ToolDefinition['icon']): ToolDefinition {
  return {
    id: type,
    label,
    hint,
    shortcut,
    icon,
    group: 'measure',
    cursor: 'crosshair',
    edits: false,
    measures: true,
    begin(at, stage) {
      const { objects } = stage;
      if (!objects) return null;
      const held = grabbed(at, stage, objects);
      return held ? beginMove(objects, held.object, held.index) : beginSet(type, at, stage, objects);
    },
  };
}

export const measureTools: ToolDefinition[] = [
  measuring('length', 'Length', 'Drag from end to end', 'Shift+L', IconRuler2),
  measuring('bidirectional', 'Two diameters', 'Drag the long one; then move the ends of the short one', 'Shift+T', IconCrosshair),
  measuring('angle', 'Angle', 'Drag to the corner, then click the other end', 'Shift+N', IconAngle),
  measuring('ellipse', 'Ellipse', 'Drag from corner to corner: area and pixel values', 'Shift+W', IconCircleDashed),
  measuring('polygon', 'Region', 'Click points; Enter closes: area and pixel values', 'Shift+O', IconPolygon),
  measuring('curve', 'Curve', 'Click points along it; Enter or a double click ends: its length', 'F8', IconRoute),
  measuring('landmark', 'Landmark', 'Click: RV insertion, apex, valves', 'Shift+M', IconMapPin),
];
