import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import type { Point } from '../../cmr/geometry';
import { centred, toImage, type View } from '../view';
import classes from './display.module.css';

const MAGNIFIED = 3;
const SIZE_PX = 200;

type Paint = (canvas: HTMLCanvasElement, view: View) => void;

interface Props {
  box: RefObject<HTMLDivElement | null>;
  view: View;
  on: boolean;
  /** The image, and what lies over it: both are painted anew at the lens's scale, so lines stay crisp. */
  paintUnder: Paint;
  paintOver: Paint;
}

/** A magnifier around the mouse. */
export function Lens({ box, view, on, paintUnder, paintOver }: Props) {
  const at = usePointer(box, on);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const larger = useMemo(() => at && on && magnified(view, at), [view, at, on]);
  useEffect(() => {
    let gone = false;
    // a child's effects run before its parent's, and the viewport's brings the new frame's pixels
    queueMicrotask(() => !gone && larger && below.current && paintUnder(below.current, larger));
    return () => {
      gone = true;
    };
  }, [larger, paintUnder]);
  useLayoutEffect(() => {
    if (larger && above.current) paintOver(above.current, larger);
  }, [larger, paintOver]);
  if (!larger || !at) return null;
  const pixels = SIZE_PX * (devicePixelRatio || 1);
  return (
    <div className={classes.lens} style={{ left: at[0] - SIZE_PX / 2, top: at[1] - SIZE_PX / 2, width: SIZE_PX, height: SIZE_PX }} data-testid="lens" data-view={JSON.stringify(larger)} aria-hidden>
      <canvas ref={below} width={pixels} height={pixels} />
      <canvas ref={above} width={pixels} height={pixels} />
    </div>
  );
}

/** The view in which the image point under the mouse lies in the lens's middle, larger. */
export const magnified = (view: View, at: Point): View =>
  centred({ ...view, scale: view.scale * MAGNIFIED }, toImage(view, at), [SIZE_PX / 2, SIZE_PX / 2]);

/** Where the mouse or pen is over the box; null beside it. */
function usePointer(box: RefObject<HTMLDivElement | null>, on: boolean): Point | null {
  const last = useRef<Point | null>(null);
  const [at, setAt] = useState<Point | null>(null);
  useEffect(() => {
    const element = box.current!;
    const place = (point: Point | null) => {
      last.current = point;
      if (on) setAt(point);
    };
    const move = (event: globalThis.PointerEvent) => {
      if (event.pointerType === 'touch') return;
      const rect = element.getBoundingClientRect();
      place([event.clientX - rect.left, event.clientY - rect.top]);
    };
    const leave = () => place(null);
    // a lens that is switched on by its key opens where the mouse is
    if (on) setAt(last.current);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerleave', leave);
    };
  }, [box, on]);
  return at;
}
