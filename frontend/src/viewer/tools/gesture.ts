/**
 * What every tool of the viewport speaks.
 *
 * A tool is data plus `begin`. Pressing a button on the image begins a gesture; the gesture hears
 * each pointer and key event until it says that it is done, and may paint while it lasts.
 */
import type { ComponentType } from 'react';

import type { WorldObject } from '../../api/types';
import type { Parts, Point } from '../../cmr/geometry';
import type { Stroke } from '../smart/clickTool';
import type { Window } from '../painting';
import type { Frame } from '../pixels';
import type { View } from '../view';

/** One pointer event: CSS pixels in the viewport, and image pixels (column, row). */
export interface Pointer {
  canvas: Point;
  image: Point;
  button: number;
  shift: boolean;
  control: boolean;
  alt: boolean;
  /** Image points since the event before, this one last: fast mice report several between frames. */
  trail?: Point[];
}

/** Every image point that the pointer went through since the event before. */
export const trailOf = (at: Pointer): Point[] => at.trail ?? [at.image];

/** The contour that tools change: one structure in the frame shown. */
export interface Target {
  structure: string;
  color: string;
  parts: Parts;
  /** Show it; with `done` it is one step of the journal. null: show what is stored again. */
  edit(parts: Parts | null, done: boolean): void;
  /** Let the AI correct it by a click or scribble; absent where the read is done without. */
  refine?(stroke: Stroke): void;
}

/** A landmark or measurement in the pixels of the frame shown. */
export interface DrawnObject {
  id: string;
  type: WorldObject['type'];
  code: string;
  label: string;
  points: Point[];
}

export interface FrameObjects {
  shown: DrawnObject[];
  /** What a landmark that is set now means. */
  landmark: string;
  /** Show an object in the making, or moved; null: none. */
  preview(object: DrawnObject | null): void;
  put(object: DrawnObject): void;
}

/** What a gesture finds in the viewport when it begins. */
export interface Stage {
  view: View;
  window: Window;
  frame: Frame | null;
  /** Row height and column width in mm. */
  spacingMm: readonly [number, number];
  /** null where nothing may be edited. */
  target: Target | null;
  /** Landmarks and measurements of this frame; null where none may be made. */
  objects: FrameObjects | null;
  /** The line whose pixels are shown over all phases; null where there is but one phase. */
  timeLine: { ends: [Point, Point] | null; set(ends: [Point, Point] | null): void; done(): void } | null;
  /** Contours of the other structures shown in this frame. */
  others: Parts[];
  setView(view: View): void;
  setWindow(window: Window): void;
  /** Paint the gesture again. */
  repaint(): void;
}

export type Outcome = 'done' | 'goes on';

export interface Gesture {
  /** The pointer moved, with or without a button. */
  move(at: Pointer): void;
  /** A button was pressed again while this gesture goes on. */
  press?(at: Pointer): Outcome;
  release(at: Pointer): Outcome;
  /** A key while the gesture goes on (`Enter`, `Escape`, `Backspace`); null if it means nothing here. */
  key?(key: string): Outcome | null;
  /** Double click. */
  twice?(at: Pointer): Outcome;
  /** The gesture is dropped: another tool, slice or phase. Nothing may stay half-done. */
  cancel?(): void;
  paint?(context: CanvasRenderingContext2D, view: View): void;
}

export interface ToolDefinition {
  id: string;
  label: string;
  hint: string;
  /** As `useKeys` names keys; none for tools of a menu. */
  shortcut: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  group: 'look' | 'contour' | 'mask' | 'measure';
  cursor: string;
  /** Needs a contour that may be edited. */
  edits: boolean;
  /** Needs AI: not there in a read that is done without. */
  ai?: boolean;
  /** Takes the right button too, which otherwise windows. */
  rightButton?: boolean;
  /** Needs a frame on which measurements may be made. */
  measures?: boolean;
  begin(at: Pointer, stage: Stage): Gesture | null;
  /** What the pointer shows, for example the circle of a brush; not beside a gesture that paints itself. */
  hover?(at: Pointer, stage: Stage, context: CanvasRenderingContext2D): void;
  /** Keys that act where the pointer is, before the room's own, while no gesture goes on. */
  keys?: Record<string, (at: Pointer, stage: Stage) => void>;
  /** Shift + wheel: one step up (1) or down (−1), for example of a radius. */
  wheel?(step: number): void;
}
