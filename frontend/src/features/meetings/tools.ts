/** The two tools of a meeting: pointing (always, with the mouse) and drawing a line. */
import { IconPencil, IconPointer } from '@tabler/icons-react';

import type { Point } from '../../cmr/geometry';
import { trace } from '../../viewer/painting';
import { beginPan } from '../../viewer/tools/look';
import type { Gesture, Pointer, Stage, ToolDefinition } from '../../viewer/tools/gesture';

const MAX_POINTS = 480;

/** Pans when dragged; wherever it is, others see it. */
export const pointTool = (onPoint: (image: Point) => void): ToolDefinition => ({
  id: 'point',
  label: 'Point',
  hint: 'Others see where you point; drag to move the image',
  shortcut: 'p',
  icon: IconPointer,
  group: 'look',
  cursor: 'default',
  edits: false,
  begin: beginPan,
  hover: (at: Pointer) => onPoint(at.image),
});

export const drawTool = (color: string, onLine: (points: Point[]) => void): ToolDefinition => ({
  id: 'draw',
  label: 'Draw',
  hint: 'Draw a line that everyone sees',
  shortcut: 'd',
  icon: IconPencil,
  group: 'look',
  cursor: 'crosshair',
  edits: false,
  begin: (at: Pointer, stage: Stage): Gesture => {
    const points: Point[] = [at.image];
    return {
      move: (now) => {
        points.push(now.image);
        stage.repaint();
      },
      release: () => {
        if (points.length > 1) onLine(thinned(points));
        return 'done';
      },
      paint: (context, view) => {
        context.beginPath();
        trace(context, view, points, false);
        context.lineWidth = 2.5;
        context.strokeStyle = color;
        context.stroke();
      },
    };
  },
});

/** At most as many points as one line may have, evenly chosen, the ends among them. */
export function thinned(points: Point[]): Point[] {
  if (points.length <= MAX_POINTS) return points;
  return Array.from({ length: MAX_POINTS }, (_, i) => points[Math.round((i * (points.length - 1)) / (MAX_POINTS - 1))]!);
}
