import type { Parts, Point } from '../cmr/geometry';
import type { Frame } from './pixels';
import { axesOf, toCanvas, type View } from './view';
import type { ColorTable } from './display/colors';

export interface Window {
  centre: number;
  width: number;
}

/** A contour to show; `fill` shades its inside, `opacity` (1 where absent) is that of all of it. */
export interface Shape {
  key: string;
  parts: Parts;
  color: string;
  width?: number;
  /** Nobody has accepted or edited it: long dashes for what was drafted, dash and dot for what was propagated. */
  untouched?: 'drafted' | 'propagated';
  dim?: boolean;
  fill?: boolean;
  opacity?: number;
}

const DASHES = { drafted: [6, 4], propagated: [9, 3, 2, 3] };

/** A mask to hatch, row-major like the image. */
export interface Region {
  mask: Uint8Array;
  color: string;
}

/** 1st to 99.5th percentile of a frame: a window that suits most cine images. */
export function autoWindow(frame: Frame): Window {
  const sample: number[] = [];
  const step = Math.max(1, Math.floor(frame.values.length / 4096));
  for (let i = 0; i < frame.values.length; i += step) sample.push(frame.values[i]! * frame.slope + frame.intercept);
  sample.sort((a, b) => a - b);
  const low = sample[Math.floor(sample.length * 0.01)] ?? 0;
  const high = sample[Math.floor(sample.length * 0.995)] ?? 1;
  return { centre: (low + high) / 2, width: Math.max(1, high - low) };
}

/** From the darkest to the brightest pixel. */
export function fullWindow(frame: Frame): Window {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < frame.values.length; i += 1) {
    const value = frame.values[i]! * frame.slope + frame.intercept;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { centre: (low + high) / 2, width: Math.max(1, high - low) };
}

/** A canvas on the page or off it. */
type Drawn = HTMLCanvasElement | OffscreenCanvas;
type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Linear window to 8 bits (DICOM PS3.3 C.11.2.1.2.1, linear exact), then through a colour table. */
export function paintPixels(target: Drawn, frame: Frame, window: Window, table: ColorTable): void {
  target.width = frame.columns;
  target.height = frame.rows;
  const context = target.getContext('2d') as Context;
  const image = context.createImageData(frame.columns, frame.rows);
  const out = new Uint32Array(image.data.buffer);
  const low = window.centre - window.width / 2;
  const gain = 255 / window.width;
  for (let i = 0; i < out.length; i += 1) {
    const value = (frame.values[i]! * frame.slope + frame.intercept - low) * gain;
    out[i] = table[value <= 0 ? 0 : value >= 255 ? 255 : value | 0]!;
  }
  context.putImageData(image, 0, 0);
}

/** Canvas units become image pixels whose first corner is the origin. */
export function inImagePixels(context: CanvasRenderingContext2D, view: View, density: number): void {
  const [right, down] = axesOf(view);
  const [w, h] = [view.scale * density, view.scale * view.ratio * density];
  context.setTransform(right[0] * w, right[1] * w, down[0] * h, down[1] * h, view.x * density, view.y * density);
}

export function paintView(canvas: HTMLCanvasElement, pixels: HTMLCanvasElement | ImageBitmap, view: View): void {
  const context = canvas.getContext('2d')!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  inImagePixels(context, view, devicePixelRatio || 1);
  context.drawImage(pixels, 0, 0);
}

/** Something painted over the contours: reference lines, measurements, landmarks. */
export interface Layer {
  key: string;
  paint(context: CanvasRenderingContext2D, view: View): void;
}

export function paintLayers(canvas: HTMLCanvasElement, view: View, layers: Layer[]): void {
  const context = canvas.getContext('2d')!;
  for (const layer of layers) {
    context.save();
    layer.paint(context, view);
    context.restore();
  }
}

export function paintShapes(canvas: HTMLCanvasElement, view: View, shapes: Shape[], regions: Region[], columns: number): void {
  const ratio = devicePixelRatio || 1;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const region of regions) hatch(context, view, region, columns);
  for (const shape of shapes) {
    context.beginPath();
    for (const part of shape.parts) trace(context, view, part, true);
    context.lineJoin = 'round';
    context.setLineDash(shape.untouched ? DASHES[shape.untouched] : []);
    const opacity = (shape.dim ? 0.45 : 1) * (shape.opacity ?? 1);
    if (shape.fill) {
      context.globalAlpha = 0.25 * opacity;
      context.fillStyle = shape.color;
      context.fill('evenodd');
    }
    context.globalAlpha = opacity;
    context.lineWidth = (shape.width ?? 2) + 1.6;
    context.strokeStyle = 'rgba(0, 0, 0, 0.55)';
    context.stroke();
    context.lineWidth = shape.width ?? 2;
    context.strokeStyle = shape.color;
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

export function trace(context: CanvasRenderingContext2D, view: View, polygon: Point[], closed: boolean): void {
  polygon.forEach((point, i) => {
    const [x, y] = toCanvas(view, point);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  if (closed) context.closePath();
}

function hatch(context: CanvasRenderingContext2D, view: View, region: Region, columns: number): void {
  context.save();
  inImagePixels(context, view, devicePixelRatio || 1);
  context.fillStyle = region.color;
  for (let i = 0; i < region.mask.length; i += 1) {
    if (!region.mask[i]) continue;
    const column = i % columns;
    context.fillRect(column, (i - column) / columns, 1, 1);
  }
  context.restore();
}
