import { useColorTable } from '../display/useDisplay';
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';

import type { Point } from '../../cmr/geometry';
import { along, dot, type Vector } from '../../cmr/plane';
import { type BodyPlane, type Cut, cutThrough, directionsOf, rangeMm, reformat, type Volume } from '../../cmr/reformat';
import { autoWindow, paintPixels, paintView, type Window } from '../painting';
import type { Frame } from '../pixels';
import room from '../room.module.css';
import type { OpenStack } from '../stack';
import { fit, toCanvas, toImage, type View } from '../view';
import classes from './panes.module.css';
import { useSize } from './useSize';

interface Props {
  open: OpenStack;
  title: string;
  plane: BodyPlane;
  /** Where the three planes meet, LPS mm. */
  point: Vector;
  onPoint: (point: Vector) => void;
}

const COLORS: Record<BodyPlane, string> = { axial: '#ff7b7b', coronal: '#7bd88f', sagittal: '#57c7ff' };
const OTHERS: Record<BodyPlane, [across: BodyPlane, down: BodyPlane]> = {
  axial: ['sagittal', 'coronal'],
  coronal: ['sagittal', 'axial'],
  sagittal: ['coronal', 'axial'],
};

/** One of the body's planes through a volume, with the other two as a cross. */
export function ReformatPane({ open, title, plane, point, onPoint }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(box);
  const { volume, problem } = useVolume(open);
  const pixels = useMemo(() => document.createElement('canvas'), []);
  const depthMm = dot(point, directionsOf(plane).through);
  const { stack } = open;

  // only the depth changes the picture: moving the cross within the plane doesn't
  const cut = useMemo(() => cutThrough(stack.meta, plane, along([0, 0, 0], directionsOf(plane).through, depthMm)), [stack, plane, depthMm]);
  const view = useMemo(() => (width > 0 ? fit(width, height, cut.rows, cut.columns, 1) : null), [width, height, cut.rows, cut.columns]);
  const frame = useMemo(
    (): Frame | null => (volume ? { rows: cut.rows, columns: cut.columns, values: reformat(volume, cut), slope: 1, intercept: 0 } : null),
    [volume, cut],
  );
  const table = useColorTable(stack.meta.sequence_kind, stack.meta.component);
  useEffect(() => {
    if (frame && volume) paintPixels(pixels, frame, volume.window, table);
  }, [frame, volume, pixels, table]);
  useEffect(() => {
    if (!frame || !view || !canvas.current) return;
    paintView(canvas.current, pixels, view);
    paintCross(canvas.current, view, crossOf(cut, point), plane);
    canvas.current.dataset['painted'] = plane;
  }, [frame, view, pixels, cut, point, plane]);

  useEffect(() => {
    const element = box.current!;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.deltaY === 0) return;
      const { through } = directionsOf(plane);
      const [low, high] = rangeMm(stack.meta, through);
      const next = Math.min(high, Math.max(low, depthMm + Math.sign(event.deltaY) * cut.pixelMm));
      onPoint(along(point, through, next - depthMm));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [plane, stack, point, depthMm, cut.pixelMm, onPoint]);

  const move = (event: PointerEvent) => {
    if (!view || event.buttons !== 1) return;
    const rect = box.current!.getBoundingClientRect();
    onPoint(patientOf(cut, toImage(view, [event.clientX - rect.left, event.clientY - rect.top])));
  };
  const down = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    move(event);
  };
  const ratio = devicePixelRatio || 1;
  return (
    <div ref={box} className={classes.reformat} role="img" aria-label={`${title}, ${plane}, to look at`} data-testid="reformat" data-plane={plane} data-point={point.join(' ')} onPointerDown={down} onPointerMove={move}>
      <canvas ref={canvas} width={width * ratio} height={height * ratio} />
      <div className={room.caption}>
        <b style={{ color: COLORS[plane] }}>{plane}</b>
        {`   ${title}`}
      </div>
      {!volume && <p className={classes.wait}>{problem ?? 'Loading the volume…'}</p>}
    </div>
  );
}

function crossOf(cut: Cut, point: Vector): Point {
  const from = along(point, cut.origin, -1);
  return [dot(from, cut.right) / cut.pixelMm, dot(from, cut.down) / cut.pixelMm];
}

const patientOf = (cut: Cut, [column, row]: Point): Vector => along(along(cut.origin, cut.right, column * cut.pixelMm), cut.down, row * cut.pixelMm);

function paintCross(canvas: HTMLCanvasElement, view: View, at: Point, plane: BodyPlane): void {
  const context = canvas.getContext('2d')!;
  const [x, y] = toCanvas(view, at);
  const [across, down] = OTHERS[plane];
  const lines: [string, Point, Point][] = [
    [COLORS[across], [x, 0], [x, canvas.height]],
    [COLORS[down], [0, y], [canvas.width, y]],
  ];
  context.lineWidth = 1.2;
  for (const [color, a, b] of lines) {
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(...a);
    context.lineTo(...b);
    context.stroke();
  }
}

/** The first phase of a stack as a volume, once all of its slices are here. */
function useVolume(open: OpenStack): { volume: (Volume & { window: Window }) | null; problem: string | null } {
  const [volume, setVolume] = useState<(Volume & { window: Window }) | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    const { stack, store } = open;
    const all = Array.from({ length: stack.meta.n_slices }, (_, slice) => store.load(slice, 0));
    Promise.all(all).then(
      (frames) => {
        if (gone) return;
        const middle = frames[Math.floor(frames.length / 2)];
        if (!middle || frames.some((frame) => frame === null)) setProblem('Slices are missing: this volume can’t be cut.');
        else setVolume({ stack: stack.meta, slices: frames.map((frame) => valuesOf(frame!)), window: autoWindow(middle) });
      },
      () => !gone && setProblem('The volume can’t be loaded. Check the connection, then choose the layout again.'),
    );
    return () => {
      gone = true;
    };
  }, [open]);
  return { volume, problem };
}

const valuesOf = ({ values, slope, intercept }: Frame): ArrayLike<number> =>
  slope === 1 && intercept === 0 ? values : Float32Array.from(values, (v) => v * slope + intercept);
