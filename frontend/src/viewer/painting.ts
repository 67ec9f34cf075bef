import type { Parts, Point } from '../cmr/geometry';
import type { Frame } from './pixels';
import { toCanvas, type View } from './view';

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
  dashed?: boolean;
  dim?: boolean;
  fill?: boolean;
  opacity?: number;
}

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

/** Linear window to 8-bit grey (DICOM PS3.3 C.11.2.1.2.1, linear exact). */
export function paintPixels(target: HTMLCanvasElement, frame: Frame, window: Window): void {
  target.width = frame.columns;
  target.height = frame.rows;
  const context = target.getContext('2d')!;
  const image = context.createImageData(frame.columns, frame.rows);
  const out = new Uint32Array(image.data.buffer);
  const low = window.centre - window.width / 2;
  const gain = 255 / window.width;
  for (let i = 0; i < out.length; i += 1) {
    const value = (frame.values[i]! * frame.slope + frame.intercept - low) * gain;
    const grey = value <= 0 ? 0 : value >= 255 ? 255 : value | 0;
    out[i] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
  context.putImageData(image, 0, 0);
}

export function paintView(canvas: HTMLCanvasElement, pixels: HTMLCanvasElement, view: View): void {
  const ratio = devicePixelRatio || 1;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(pixels, view.x, view.y, pixels.width * view.scale, pixels.height * view.scale * view.ratio);
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
    context.setLineDash(shape.dashed ? [6, 4] : []);
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
  context.fillStyle = region.color;
  const w = view.scale;
  const h = view.scale * view.ratio;
  for (let i = 0; i < region.mask.length; i += 1) {
    if (!region.mask[i]) continue;
    const column = i % columns;
    const row = (i - column) / columns;
    context.fillRect(view.x + column * w, view.y + row * h, w, h);
  }
}
