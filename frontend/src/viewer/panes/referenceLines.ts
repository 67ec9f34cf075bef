/** Lines where other panes' slices cut an image: painted, and taken hold of to move those slices. */
import type { Point } from '../../cmr/geometry';
import type { Layer } from '../painting';
import type { Pointer, Stage, ToolDefinition } from '../tools/gesture';
import { toCanvas } from '../view';

export interface ReferenceLine {
  /** The pane whose slice it is. */
  id: string;
  label: string;
  color: string;
  ends: [Point, Point];
}

const GRIP_PX = 8;
const INSET = 0.04; // of the line, from its end to its label

export function lineLayer(lines: ReferenceLine[]): Layer {
  return {
    key: 'reference-lines',
    paint(context, view) {
      context.font = '12px system-ui, sans-serif';
      for (const { ends, color, label } of lines) {
        const [a, b] = [toCanvas(view, ends[0]), toCanvas(view, ends[1])];
        context.beginPath();
        context.moveTo(...a);
        context.lineTo(...b);
        for (const [width, style] of [[3, 'rgba(0, 0, 0, 0.55)'], [1.4, color]] as const) {
          context.lineWidth = width;
          context.strokeStyle = style;
          context.stroke();
        }
        const [from, to] = a[0] > b[0] ? [a, b] : [b, a];
        context.textAlign = 'right';
        context.lineWidth = 3;
        context.strokeStyle = 'rgba(0, 0, 0, 0.7)';
        context.fillStyle = color;
        const at: Point = [from[0] + (to[0] - from[0]) * INSET, from[1] + (to[1] - from[1]) * INSET - 5];
        context.strokeText(label, ...at);
        context.fillText(label, ...at);
      }
    },
  };
}

function away(at: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const t = Math.min(1, Math.max(0, ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(at[0] - a[0] - t * dx, at[1] - a[1] - t * dy);
}

/** The tool, but pressing on a line drags that line; `onDrag` hears image points. */
export function withLines(tool: ToolDefinition, lines: ReferenceLine[], onDrag: (line: ReferenceLine, image: Point) => void): ToolDefinition {
  const gripped = (at: Pointer, stage: Stage) =>
    lines.find(({ ends }) => away(at.canvas, toCanvas(stage.view, ends[0]), toCanvas(stage.view, ends[1])) <= GRIP_PX);
  return {
    ...tool,
    begin(at, stage) {
      const line = gripped(at, stage);
      if (!line) return tool.begin(at, stage);
      return { move: ({ image }) => onDrag(line, image), release: () => 'done' };
    },
  };
}
