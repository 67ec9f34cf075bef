/** What lies over the image in a meeting: readings, who points where, lines that were drawn. */
import type { Adjudication } from '../../api/types';
import { imageColor } from '../../components/readings';
import type { MeetingEvent, Place } from '../../realtime/meeting';
import type { Layer, Shape } from '../../viewer/painting';
import type { Places } from '../../viewer/stack';
import { toCanvas, type View } from '../../viewer/view';
import type { Point } from '../../cmr/geometry';
import type { Person, Spot } from './types';

const PEOPLE = ['#7cc4ff', '#ffb27a', '#6fe3b4', '#d4a5ff', '#ff9cbc', '#cfe86f', '#ffe07a', '#9fb6cc', '#ff8f8f', '#8fe8ff'];

/** The same for everyone in the room: by place in the list of those invited. */
export const personColor = (people: Person[], id: string): string => PEOPLE[Math.max(0, people.findIndex((p) => p.id === id)) % PEOPLE.length]!;

/** Contours of all readings of one structure in one frame. */
export function shapesOf(found: Adjudication, places: Places, structure: string, slice: number, phase: number): Shape[] {
  const address = places.address(slice, phase);
  if (!address) return [];
  return found.readings.flatMap((reading) => {
    const held = reading.annotations.find(
      (a) => a.structure === structure && a.sop_instance_uid === address.sop_instance_uid && a.frame_number === address.frame_number,
    );
    return held && held.parts.length > 0 ? [{ key: reading.key, parts: held.parts, color: imageColor(reading.key), width: 1.9 }] : [];
  });
}

export interface Line {
  by: string;
  spot: Spot;
  points: Point[];
}

/** The lines on one item that nobody has wiped. */
export function linesOf(events: MeetingEvent[], itemId: string): Line[] {
  let lines: Line[] = [];
  for (const event of events) {
    if (event.item_id !== itemId) continue;
    const { anchor, points, of } = event.details as { anchor?: Spot; points?: Point[]; of?: string };
    if (event.kind === 'draw' && anchor && points) lines.push({ by: event.by.id, spot: anchor, points });
    if (event.kind === 'wipe') lines = of === 'all' ? [] : lines.filter((line) => line.by !== of);
  }
  return lines;
}

function stroke(context: CanvasRenderingContext2D, view: View, points: Point[], color: string): void {
  context.beginPath();
  points.forEach((point, i) => (i === 0 ? context.moveTo(...toCanvas(view, point)) : context.lineTo(...toCanvas(view, point))));
  context.lineJoin = 'round';
  for (const [width, style] of [[4.5, 'rgba(0, 0, 0, 0.55)'], [2.5, color]] as const) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  }
}

export function lineLayer(lines: Line[], people: Person[], stackId: string, slice: number, phase: number): Layer {
  const shown = lines.filter(({ spot }) => spot.stack_id === stackId && spot.slice === slice && spot.phase === phase);
  return {
    key: 'meeting-lines',
    paint: (context, view) => shown.forEach((line) => stroke(context, view, line.points, personColor(people, line.by))),
  };
}

/** An arrow with a name for everyone who points into this frame. */
export function pointerLayer(pointers: Record<string, Place | null>, people: Person[], me: string, slice: number, phase: number): Layer {
  return {
    key: 'meeting-pointers',
    paint(context, view) {
      context.font = '600 12px system-ui, sans-serif';
      for (const person of people) {
        const at = pointers[person.id];
        if (person.id === me || !at || at.slice !== slice || at.phase !== phase || at.column === undefined || at.row === undefined) continue;
        const [x, y] = toCanvas(view, [at.column, at.row]);
        const color = personColor(people, person.id);
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(x + 4, y + 14);
        context.lineTo(x + 12, y + 9);
        context.closePath();
        context.fillStyle = color;
        context.strokeStyle = 'rgba(0, 0, 0, 0.7)';
        context.lineWidth = 2;
        context.stroke();
        context.fill();
        context.lineWidth = 3;
        context.strokeText(person.name, x + 14, y + 20);
        context.fillText(person.name, x + 14, y + 20);
      }
    },
  };
}
