import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { Stack } from '../api/types';
import { closedStroke, dragged, type Grip, gripAt, rounded } from '../cmr/edit';
import type { Parts, Point } from '../cmr/geometry';
import { autoWindow, paintPixels, paintShapes, paintView, type Region, type Shape, type Window } from './painting';
import type { Frame, FrameStore } from './pixels';
import { fit, toImage, type View, zoomed } from './view';
import classes from './viewer.module.css';

export type Tool = 'edit' | 'draw' | 'pan' | 'window';

interface Props {
  stack: Stack;
  store: FrameStore;
  slice: number;
  phase: number;
  tool: Tool;
  shapes: Shape[];
  regions?: Region[];
  /** The contour that editing acts on; null where editing is off. */
  active: { parts: Parts; color: string } | null;
  onSlice: (by: number) => void;
  onEdit: (parts: Parts, done: boolean) => void;
  resetToken: number;
  label: string;
}

const GRAB_PX = 14; // CSS pixels around a contour in which it can be grabbed
const NO_REGIONS: Region[] = [];

type Drag =
  | { kind: 'pan' | 'window'; at: Point; view: View; window: Window }
  | { kind: 'shape'; at: Point; grip: Grip; parts: Parts; now: Parts }
  | { kind: 'stroke'; points: Point[] };

/** One viewport: pixels below, contours above, both on the same mapping. */
export function Viewport(props: Props) {
  const { stack, store, slice, phase, tool, shapes, active, onSlice, onEdit, resetToken, label } = props;
  const regions = props.regions ?? NO_REGIONS;
  const box = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const pixels = useMemo(() => document.createElement('canvas'), []);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View | null>(null);
  const [window, setWindow] = useState<Window | null>(null);
  const [frame, setFrame] = useState<Frame | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [stroke, setStroke] = useState<Point[]>([]);
  const drag = useRef<Drag | null>(null);
  const { rows, columns, pixel_spacing_mm } = stack.meta;
  const ratio = pixel_spacing_mm[0] / pixel_spacing_mm[1];
  const hole = !stack.frames[slice]?.[phase];

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (size.width > 0) setView(fit(size.width, size.height, rows, columns, ratio));
  }, [size, rows, columns, ratio, resetToken]);

  useEffect(() => setWindow(null), [resetToken]);

  useEffect(() => {
    let gone = false;
    const here = store.peek(slice, phase);
    if (here) {
      setFrame(here);
      setProblem(null);
      return undefined;
    }
    store.load(slice, phase).then(
      (loaded) => {
        if (!gone) {
          setFrame(loaded);
          setProblem(null);
        }
      },
      () => !gone && setProblem('This frame can’t be shown. Check the connection, then move on and back.'),
    );
    return () => {
      gone = true;
    };
  }, [store, slice, phase]);

  const shown = useMemo(() => window ?? (frame ? autoWindow(frame) : null), [window, frame]);
  // the first frame's window holds for the stack, so that brightness doesn't jump between frames
  useEffect(() => {
    if (window === null && frame !== null) setWindow(autoWindow(frame));
  }, [window, frame]);

  useEffect(() => {
    if (!frame || !shown || !view || !below.current) return;
    paintPixels(pixels, frame, shown);
    paintView(below.current, pixels, view);
    below.current.dataset.painted = `${slice}/${phase}`;
  }, [frame, shown, view, pixels, slice, phase, size]);

  useEffect(() => {
    if (view && above.current) paintShapes(above.current, view, shapes, regions, columns, stroke);
  }, [view, shapes, regions, columns, stroke, size]);

  const place = useCallback((event: { clientX: number; clientY: number }): Point => {
    const rect = box.current!.getBoundingClientRect();
    return [event.clientX - rect.left, event.clientY - rect.top];
  }, []);

  useEffect(() => {
    const element = box.current!;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        setView((v) => v && zoomed(v, place(event), Math.exp(-event.deltaY * 0.002)));
      } else if (event.deltaY !== 0) onSlice(event.deltaY > 0 ? 1 : -1);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [onSlice, place]);

  const down = (event: ReactPointerEvent) => {
    if (!view || !shown) return;
    const at = place(event);
    (event.target as Element).setPointerCapture(event.pointerId);
    if (event.button === 1 || tool === 'pan') drag.current = { kind: 'pan', at, view, window: shown };
    else if (event.button === 2 || tool === 'window') drag.current = { kind: 'window', at, view, window: shown };
    else if (active && tool === 'draw') drag.current = { kind: 'stroke', points: [toImage(view, at)] };
    else if (active && tool === 'edit') {
      const grip = gripAt(active.parts, toImage(view, at));
      if (grip && grip.distance * view.scale < GRAB_PX) {
        drag.current = { kind: 'shape', at, grip, parts: active.parts, now: active.parts };
      }
    }
  };

  const move = (event: ReactPointerEvent) => {
    const now = drag.current;
    if (!now || !view) return;
    const at = place(event);
    if (now.kind === 'pan') {
      setView({ ...now.view, x: now.view.x + at[0] - now.at[0], y: now.view.y + at[1] - now.at[1] });
    } else if (now.kind === 'window') {
      const gain = now.window.width / 300;
      setWindow({
        width: Math.max(1, now.window.width + (at[0] - now.at[0]) * gain),
        centre: now.window.centre + (at[1] - now.at[1]) * gain,
      });
    } else if (now.kind === 'shape') {
      const by: Point = [(at[0] - now.at[0]) / view.scale, (at[1] - now.at[1]) / (view.scale * view.ratio)];
      const reach = Math.max(4, Math.hypot(...by) * 1.2);
      now.now = rounded(dragged(now.parts, now.grip, by, reach));
      onEdit(now.now, false);
    } else if (now.kind === 'stroke') {
      now.points.push(toImage(view, at));
      setStroke([...now.points]);
    }
  };

  const up = () => {
    const now = drag.current;
    drag.current = null;
    if (now?.kind === 'shape' && now.now !== now.parts) onEdit(now.now, true);
    if (now?.kind === 'stroke') {
      setStroke([]);
      const drawn = closedStroke(now.points);
      if (drawn && active) onEdit([drawn], true);
    }
  };

  const pixelSize = { width: size.width * (devicePixelRatio || 1), height: size.height * (devicePixelRatio || 1) };
  return (
    <div
      ref={box}
      className={classes.viewport}
      data-testid="viewport"
      data-slice={slice}
      data-phase={phase}
      data-view={view ? JSON.stringify(view) : ''}
      data-tool={tool}
      role="img"
      aria-label={label}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onContextMenu={(event) => event.preventDefault()}
    >
      <canvas ref={below} className={classes.layer} {...pixelSize} data-testid="pixels" />
      <canvas ref={above} className={classes.layer} {...pixelSize} data-testid="overlay" />
      {hole && <p className={classes.notice}>This frame is missing from the stack.</p>}
      {problem && <p className={classes.notice}>{problem}</p>}
      {!frame && !problem && !hole && <p className={classes.notice}>Loading images…</p>}
    </div>
  );
}
