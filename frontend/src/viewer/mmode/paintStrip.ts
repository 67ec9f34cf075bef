/** The strip's picture and axes. */
import type { ColorTable } from '../display/colors';
import type { Window } from '../painting';

export interface Axes {
  /** Where the picture lies, CSS pixels. */
  left: number;
  top: number;
  width: number;
  height: number;
  /** Where each phase begins and the last ends, 0 to 1 of the width. */
  edges: number[];
  /** Ticks: 0 to 1 along the axis, and what is written there. */
  across: { at: number; text: string }[];
  down: { at: number; text: string }[];
}

const INK = '#c9d4de';

/** `values`: row-major, a column for each phase; NaN is left dark. */
export function paintStrip(canvas: HTMLCanvasElement, values: Float32Array, window: Window, table: ColorTable, axes: Axes): void {
  const density = devicePixelRatio || 1;
  const context = canvas.getContext('2d')!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(density, 0, 0, density, 0, 0);
  const phases = axes.edges.length - 1;
  const rows = values.length / phases;
  const picture = pictureOf(values, phases, rows, window, table);
  // each phase is as wide as it lasted; nothing is made up between two of them
  context.imageSmoothingEnabled = false;
  for (let p = 0; p < phases; p += 1) {
    const [from, to] = [axes.left + axes.edges[p]! * axes.width, axes.left + axes.edges[p + 1]! * axes.width];
    context.drawImage(picture, p, 0, 1, rows, from, axes.top, to - from + 0.5, axes.height);
  }
  paintAxes(context, axes);
}

function pictureOf(values: Float32Array, phases: number, rows: number, window: Window, table: ColorTable): OffscreenCanvas {
  const canvas = new OffscreenCanvas(phases, rows);
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(phases, rows);
  const out = new Uint32Array(image.data.buffer);
  const low = window.centre - window.width / 2;
  values.forEach((value, i) => {
    const shade = ((value - low) * 255) / window.width;
    if (!Number.isNaN(shade)) out[i] = table[Math.min(255, Math.max(0, Math.floor(shade)))]!;
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

function paintAxes(context: CanvasRenderingContext2D, { left, top, width, height, across, down }: Axes): void {
  context.font = '11px system-ui, sans-serif';
  context.fillStyle = INK;
  context.strokeStyle = INK;
  context.lineWidth = 1;
  context.beginPath();
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const { at, text } of across) {
    const x = left + at * width;
    context.moveTo(x, top + height);
    context.lineTo(x, top + height + 4);
    context.fillText(text, x, top + height + 5);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { at, text } of down) {
    const y = top + at * height;
    context.moveTo(left - 4, y);
    context.lineTo(left, y);
    context.fillText(text, left - 6, y);
  }
  context.stroke();
}
