import type { ColorTable } from '../display/colors';
import { useColorTable, useRoomDisplay } from '../display/useDisplay';
import { type CSSProperties, type PointerEvent, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';

import type { Stack } from '../../api/types';
import { autoWindow, paintShapes, paintView, type Shape, type Window } from '../painting';
import type { FrameStore } from '../pixels';
import { fit, type View, zoomed } from '../view';
import classes from './panes.module.css';
import { Pictures } from './pictures';
import { columnsFor } from './tiles';
import { useSize } from './useSize';

interface Props {
  stack: Stack;
  store: FrameStore;
  slice: number;
  phase: number;
  mark: string;
  shapesAt: (slice: number, phase: number) => Shape[];
  onSlice: (slice: number) => void;
  /** Double click. */
  onOpen: (slice: number) => void;
  resetToken: number;
}

const ARRIVAL_MS = 150;
const GAP = 2;
const MOST_COVERED = 1.4;
const RIGHT = 2;

/** All slices at one phase: each a tile, all painted in one go when the phase moves on. */
export function MosaicPane({ stack, store, slice, phase, mark, shapesAt, onSlice, onOpen, resetToken }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const { n_slices, n_phases, rows, columns, pixel_spacing_mm: spacingMm } = stack.meta;
  const ratio = spacingMm[0] / spacingMm[1];
  const across = columnsFor(n_slices, width, height, columns / (rows * ratio));
  const down = Math.ceil(n_slices / across);
  const tile = { width: Math.floor((width - GAP * (across - 1)) / across), height: Math.floor((height - GAP * (down - 1)) / down) };
  const [zoom, setZoom] = useZoom(resetToken, coverage(tile, columns / (rows * ratio)));
  const arrived = useArrivals(store, stack);
  const table = useColorTable(stack.meta.sequence_kind, stack.meta.component);
  const { pictures, drag } = useWindow(store, table, Math.floor(n_slices / 2), resetToken, arrived);

  const { orientation } = useRoomDisplay();
  const view = useMemo((): View | null => {
    if (tile.width < 8 || tile.height < 8) return null;
    return zoomed(fit(tile.width, tile.height, rows, columns, ratio, orientation), [tile.width / 2, tile.height / 2], zoom);
  }, [tile.width, tile.height, rows, columns, ratio, orientation, zoom]);

  useEffect(() => {
    if (!view || !pictures) return;
    for (const element of box.current!.children) paintTile(element as HTMLElement, phase, view, pictures, shapesAt, columns);
  }, [view, pictures, phase, shapesAt, columns, arrived]);

  useEffect(() => {
    const element = box.current!;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) setZoom(Math.exp(-event.deltaY * 0.002));
      else if (event.deltaY !== 0) onSlice(Math.min(n_slices - 1, Math.max(0, slice + (event.deltaY > 0 ? 1 : -1))));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [onSlice, slice, n_slices, setZoom]);

  const pixels = { width: tile.width * (devicePixelRatio || 1), height: tile.height * (devicePixelRatio || 1) };
  const grid: CSSProperties = { gridTemplateColumns: `repeat(${across}, ${tile.width}px)`, gridAutoRows: `${tile.height}px` };
  return (
    <div ref={box} className={classes.mosaic} style={grid} data-testid="mosaic" data-phase={phase} onPointerDown={drag} onContextMenu={(event) => event.preventDefault()}>
      {Array.from({ length: n_slices }, (_, s) => (
        <button
          key={s}
          type="button"
          className={classes.tile}
          data-slice={s}
          data-current={s === slice || undefined}
          aria-current={s === slice || undefined}
          aria-label={`Slice ${s + 1} of ${n_slices}`}
          // the space bar goes on playing the cine after a click
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onSlice(s)}
          onDoubleClick={() => onOpen(s)}
        >
          <canvas {...pixels} />
          <canvas {...pixels} />
          <span>{s === slice ? `${s + 1}   phase ${phase + 1}/${n_phases} ${mark}` : s + 1}</span>
        </button>
      ))}
    </div>
  );
}

/** By how much an image that just fits has to grow to fill its tile; not so far that the heart could be cut. */
function coverage(tile: { width: number; height: number }, aspect: number): number {
  if (tile.width <= 0 || tile.height <= 0) return 1;
  const wide = tile.width / (tile.height * aspect);
  return Math.min(MOST_COVERED, Math.max(wide, 1 / wide));
}

/** Tiles are filled at first; Fit shows whole images, and Ctrl + wheel multiplies. */
function useZoom(resetToken: number, filled: number): [number, (factor: number) => void] {
  const [chosen, setChosen] = useState<{ resetToken: number; zoom: number | null }>({ resetToken, zoom: null });
  const zoom = chosen.resetToken === resetToken ? (chosen.zoom ?? filled) : 1;
  const multiply = useCallback((factor: number) => setChosen({ resetToken, zoom: Math.min(6, Math.max(1, zoom * factor)) }), [resetToken, zoom]);
  return [zoom, multiply];
}

function paintTile(tile: HTMLElement, phase: number, view: View, pictures: Pictures, shapesAt: Props['shapesAt'], columns: number): void {
  const slice = Number(tile.dataset['slice']);
  const [below, above] = tile.querySelectorAll('canvas');
  const picture = pictures.get(slice, phase);
  if (!picture || !below || !above) return;
  paintView(below, picture, view);
  paintShapes(above, view, shapesAt(slice, phase), [], columns);
  tile.dataset['painted'] = `${slice}/${phase}`;
}

/** Counts the frames that are here; it stops looking when all are. */
function useArrivals(store: FrameStore, stack: Stack): number {
  const [n, setN] = useState(0);
  useEffect(() => {
    const all = stack.frames.flat().filter((address) => address !== null).length;
    const timer = setInterval(() => {
      let here = 0;
      for (let s = 0; s < stack.meta.n_slices; s += 1) here += store.countReady(s);
      setN(here);
      if (here >= all) clearInterval(timer);
    }, ARRIVAL_MS);
    return () => clearInterval(timer);
  }, [store, stack]);
  return n;
}

/** One window for all tiles, from the middle slice; the right button changes it, as in a single image. */
function useWindow(store: FrameStore, table: ColorTable, middle: number, resetToken: number, arrived: number) {
  const [window, setWindow] = useState<Window | null>(null);
  const [drags, count] = useReducer((n: number) => n + 1, 0);
  const current = useRef<Window | null>(null);
  useEffect(() => {
    current.current = null;
    count();
  }, [resetToken]);
  useEffect(() => {
    const frame = current.current === null ? store.peek(middle, 0) : null;
    if (!frame) return;
    current.current = autoWindow(frame);
    setWindow(current.current);
  }, [store, middle, arrived, drags]);
  const pictures = useMemo(() => (window ? new Pictures(store, window, table) : null), [store, window, table]);
  useEffect(() => () => pictures?.close(), [pictures]);
  const drag = useCallback((event: PointerEvent<HTMLDivElement>) => {
    const from = current.current;
    if (event.button !== RIGHT || !from) return;
    const element = event.currentTarget;
    const gain = from.width / 300;
    const move = (e: globalThis.PointerEvent) => {
      current.current = { width: Math.max(1, from.width + (e.clientX - event.clientX) * gain), centre: from.centre + (e.clientY - event.clientY) * gain };
      setWindow(current.current);
    };
    element.setPointerCapture(event.pointerId);
    element.addEventListener('pointermove', move);
    element.addEventListener('lostpointercapture', () => element.removeEventListener('pointermove', move), { once: true });
  }, []);
  return { pictures, drag };
}
