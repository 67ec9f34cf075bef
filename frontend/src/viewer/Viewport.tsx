import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import type { Stack } from '../api/types';
import type { Parts } from '../cmr/geometry';
import { Lens } from './display/Lens';
import { presetsOf } from './display/windows';
import { usualColors } from './display/colors';
import { PaneOverlay } from './display/PaneOverlay';
import { useColorTable, useRoomDisplay } from './display/useDisplay';
import { autoWindow, fullWindow, type Layer, paintLayers, paintPixels, paintShapes, paintView, type Region, type Shape, type Window } from './painting';
import type { Frame, FrameStore } from './pixels';
import type { FrameObjects, Stage, Target, ToolDefinition } from './tools/gesture';
import { toolOf } from './tools/registry';
import { useGesture } from './tools/useGesture';
import { useTouch } from './useTouch';
import { lineMark, type Ends } from './mmode/lineMark';
import mmode from './mmode/mmode.module.css';
import { TimeStrip } from './mmode/TimeStrip';
import { boxOf, centred, fit, oriented, resized, showing, toImage, type View, zoomed } from './view';
import classes from './viewer.module.css';

interface Props {
  stack: Stack;
  store: FrameStore;
  slice: number;
  phase: number;
  /** By name, or one made for this pane. */
  tool: string | ToolDefinition;
  shapes: Shape[];
  regions?: Region[];
  /** Painted over the contours, in this order. */
  layers?: Layer[];
  /** The contour that tools act on; null where editing is off. */
  target: Target | null;
  /** Landmarks and measurements of this frame; null where none may be made. */
  objects?: FrameObjects | null;
  onSlice: (by: number) => void;
  /** Phases on or back; absent where a pane has none of its own to go to. */
  onPhase?: ((by: number) => void) | undefined;
  resetToken: number;
  label: string;
  /** Hears where this pane looks, and with which window. */
  onSight?: ((sight: Sight) => void) | undefined;
  /** Looks where somebody else does; a new object each time. */
  sight?: Sight | null | undefined;
}

/** The image point in the middle, how many image columns the pane spans, and the window: the same on screens of any size. */
export interface Sight {
  middle: readonly [number, number];
  span: number;
  window: Window;
}

const NO_REGIONS: Region[] = [];
const NO_LAYERS: Layer[] = [];

/** One viewport: pixels below, contours above, both on the same mapping. */
export function Viewport(props: Props) {
  const { stack, store, slice, phase, tool, shapes, target, onSlice, resetToken, label } = props;
  const regions = props.regions ?? NO_REGIONS;
  const [line, setLine] = useState<Ends | null>(null);
  // the strip takes room from the image: not while the line is being drawn on it
  const [stripOpen, setStripOpen] = useState(false);
  const given = props.layers ?? NO_LAYERS;
  const layers = useMemo(() => (line ? [...given, lineMark(line)] : given), [given, line]);
  const objects = props.objects ?? null;
  const box = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const pixels = useMemo(() => document.createElement('canvas'), []);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View | null>(null);
  const [window, setWindow] = useState<Window | null>(null);
  const { frame, problem } = useFrame(store, slice, phase);
  const { rows, columns, pixel_spacing_mm: spacingMm } = stack.meta;
  const ratio = spacingMm[0] / spacingMm[1];
  const hole = !stack.frames[slice]?.[phase];

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);

  const display = useRoomDisplay();
  const { orientation, preset } = display;
  const latest = useRef({ orientation, shapes, frame });
  useEffect(() => {
    latest.current = { orientation, shapes, frame };
  }, [orientation, shapes, frame]);

  const fitted = useRef({ what: '', width: 0, height: 0 });
  useEffect(() => {
    if (size.width === 0) return;
    const { width, height } = size;
    const before = fitted.current;
    const what = [rows, columns, ratio, resetToken].join('/');
    fitted.current = { what, width, height };
    const { orientation } = latest.current;
    setView((v) =>
      v && before.what === what
        ? resized(v, [before.width, before.height], [width, height], rows, columns)
        : fit(width, height, rows, columns, ratio, orientation),
    );
  }, [size, rows, columns, ratio, resetToken]);
  useEffect(() => setView((v) => v && oriented(v, orientation, [size.width, size.height])), [orientation, size]);
  useEffect(() => {
    if (display.heart === 0) return;
    const box = boxOf(latest.current.shapes.flatMap((shape) => shape.parts), rows, columns);
    setView((v) => v && showing(v, box[0], box[1], size.width, size.height));
    // asked for once: not again when the pane changes its size
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [display.heart]);

  useEffect(() => setWindow(null), [resetToken]);
  useEffect(() => {
    const held = latest.current.frame;
    if (preset) setWindow(preset.window ?? (held && (preset.id === 'full' ? fullWindow(held) : autoWindow(held))));
  }, [preset]);

  const first = presetsOf(stack.meta.sequence_kind)[0]!.window;
  const shown = useMemo(() => window ?? (frame ? (first ?? autoWindow(frame)) : null), [window, frame, first]);
  // the first frame's window holds for the stack, so that brightness doesn't jump between frames
  useEffect(() => {
    if (window === null && shown !== null) setWindow(shown);
  }, [window, shown]);
  const colors = display.colors ?? usualColors(stack.meta.sequence_kind, stack.meta.component);
  const table = useColorTable(stack.meta.sequence_kind, stack.meta.component);

  useEffect(() => {
    if (!frame || !shown || !view || !below.current) return;
    paintPixels(pixels, frame, shown, table);
    paintView(below.current, pixels, view);
    // the frame before stands here until this one has come
    if (store.peek(slice, phase) === frame) below.current.dataset.painted = `${slice}/${phase}`;
  }, [frame, shown, table, view, pixels, store, slice, phase, size]);

  const definition = typeof tool === 'string' ? toolOf(tool) : tool;
  const { onSight, sight } = props;
  useEffect(() => {
    if (!sight || size.width === 0) return;
    setWindow(sight.window);
    setView((v) => v && centred({ ...v, scale: size.width / sight.span }, [...sight.middle], [size.width / 2, size.height / 2]));
  }, [sight, size]);
  useEffect(() => {
    if (!onSight || !view || !shown || size.width === 0) return;
    onSight({ middle: toImage(view, [size.width / 2, size.height / 2]), span: size.width / view.scale, window: shown });
  }, [onSight, view, shown, size]);
  // what a gesture shows is painted here at once; the room around hears of it when it has time
  const draft = useRef<Parts | null>(null);
  const stageOf = useCallback(
    (repaint: () => void): Stage | null => {
      if (!view || !shown) return null;
      const edit: Target['edit'] = (parts, done) => {
        draft.current = done ? null : parts;
        target?.edit(parts, done);
        repaint();
      };
      const others = shapes.filter((shape) => shape.key !== target?.structure).map((shape) => shape.parts);
      const timeLine = stack.meta.n_phases > 1 ? { ends: line, set: setLine, done: () => setStripOpen(true) } : null;
      return { view, window: shown, frame, spacingMm, target: target && { ...target, edit }, others, objects, timeLine, setView, setWindow, repaint };
    },
    [view, shown, frame, spacingMm, target, objects, shapes, stack, line],
  );
  const { touch, notice } = useTouch(definition, { setView, onSlice, onPhase: props.onPhase });
  const gesture = useGesture(box, definition, stageOf, `${slice}/${phase}/${target?.structure ?? ''}`);

  // before the screen is painted: an effect after it would show each move one frame late
  const paintOver = useCallback(
    (canvas: HTMLCanvasElement, from: View) => {
      paintShapes(canvas, from, withDraft(shapes, target, draft.current), regions, columns);
      paintLayers(canvas, from, layers);
      gesture.paint(canvas, from);
    },
    [shapes, target, regions, layers, columns, gesture],
  );
  useLayoutEffect(() => {
    if (view && above.current) paintOver(above.current, view);
  }, [view, paintOver, size]);
  const paintUnder = useCallback(
    (canvas: HTMLCanvasElement, from: View) => frame && shown && paintView(canvas, pixels, from),
    // the pixels are painted anew into the same canvas whenever these change
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [frame, shown, table, pixels],
  );

  const place = useCallback((event: { clientX: number; clientY: number }): [number, number] => {
    const rect = box.current!.getBoundingClientRect();
    return [event.clientX - rect.left, event.clientY - rect.top];
  }, []);

  useEffect(() => {
    const element = box.current!;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        setView((v) => v && zoomed(v, place(event), Math.exp(-event.deltaY * 0.002)));
        return;
      }
      // with Shift some browsers turn the wheel sideways
      const delta = event.deltaY || event.deltaX;
      const step = delta > 0 ? 1 : -1;
      if (delta === 0 || (event.shiftKey && gesture.wheel(-step))) return;
      if (event.deltaY !== 0) onSlice(step);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [onSlice, place, gesture]);

  const down = (event: ReactPointerEvent) => {
    (event.target as Element).setPointerCapture(event.pointerId);
    // text marked elsewhere would be what Ctrl+C copies
    getSelection()?.removeAllRanges();
    if (!touch.down(event)) gesture.down(event);
    else if (event.pointerType === 'touch') gesture.cancel();
  };
  const up = (event: ReactPointerEvent) => {
    if (!touch.up(event)) gesture.up(event);
  };
  const lost = (event: ReactPointerEvent) => {
    touch.up(event);
    gesture.cancel();
  };
  const closeStrip = () => {
    setLine(null);
    setStripOpen(false);
  };
  const pixelSize = { width: size.width * (devicePixelRatio || 1), height: size.height * (devicePixelRatio || 1) };
  return (
    <div className={mmode.column}>
      <div
        ref={box}
        className={classes.viewport}
        style={{ cursor: definition.cursor }}
        data-testid="viewport"
        data-slice={slice}
        data-phase={phase}
        data-view={view ? JSON.stringify(view) : ''}
        data-tool={definition.id}
        role="img"
        aria-label={label}
        onPointerDown={down}
        onPointerMove={(event) => !touch.move(event) && gesture.move(event)}
        onPointerUp={up}
        onPointerCancel={lost}
        onPointerLeave={gesture.leave}
        onDoubleClick={gesture.twice}
        onContextMenu={(event) => event.preventDefault()}
      >
        <canvas ref={below} className={classes.layer} {...pixelSize} data-testid="pixels" />
        <canvas ref={above} className={classes.layer} {...pixelSize} data-testid="overlay" />
        {view && shown && <PaneOverlay meta={stack.meta} view={view} window={shown} colors={colors} overlay={display.overlay} />}
        {view && <Lens box={box} view={view} on={display.lens} paintUnder={paintUnder} paintOver={paintOver} />}
        {hole && <p className={classes.notice}>This frame is missing from the stack.</p>}
        {notice && (
          <p className={classes.notice} role="status">
            {notice}
          </p>
        )}
        {problem && <p className={classes.notice}>{problem}</p>}
        {!frame && !problem && !hole && <p className={classes.notice}>Loading images…</p>}
      </div>
      {line && stripOpen && (
        <TimeStrip stack={stack} store={store} slice={slice} phase={phase} ends={line} window={shown} table={table} onPhase={props.onPhase} onClose={closeStrip} />
      )}
    </div>
  );
}

/** The shapes, with the target's as the gesture has it now; a first contour is not among them yet. */
function withDraft(shapes: Shape[], target: Target | null, draft: Parts | null): Shape[] {
  if (!draft || !target) return shapes;
  const known = shapes.some((shape) => shape.key === target.structure);
  const all = known ? shapes : [...shapes, { key: target.structure, parts: [], color: target.color, width: 2.4 }];
  return all.map((shape) => (shape.key === target.structure ? { ...shape, parts: draft } : shape));
}

/** The frame in view once it is here; the one before stays on the screen till then. */
function useFrame(store: FrameStore, slice: number, phase: number): { frame: Frame | null; problem: string | null } {
  const [frame, setFrame] = useState<Frame | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
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
  return { frame, problem };
}
