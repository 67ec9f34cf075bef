import { distance, type Parts, type Point, type Polygon } from './geometry';
import { crossing, isInside } from './outline';

interface Crossing {
  point: Point;
  part: number;
  /** Place along the part: edge number and share of it; along the ring the same. */
  onPart: number;
  onRing: number;
}

/** A run of points between two crossings. */
interface Piece {
  from: number;
  to: number;
  points: Point[];
}

const TRIES = 4;
const SHIFT_PX = 1e-4;

/**
 * Join the inside of a simple ring to what the parts enclose, or cut it off.
 *
 * The new outline is made of the parts outside the ring and, to join, of the ring outside the parts
 * (to cut: inside), linked where they cross. Points of the two that fall together would hide a
 * crossing, so the ring is moved by about 1e-4 pixel first, in another way where that doesn't help;
 * null where nothing does.
 */
export function combined(parts: Parts, ring: Polygon, how: 'join' | 'cut'): Parts | null {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const found = linked(parts, moved(ring, attempt), how);
    if (found) return found;
  }
  return null;
}

const moved = (ring: Polygon, attempt: number): Polygon =>
  ring.map(([x, y], i): Point => [x + SHIFT_PX * attempt * Math.sin(7 * i + attempt), y + SHIFT_PX * attempt * Math.cos(5 * i + attempt)]);

function linked(parts: Parts, ring: Polygon, how: 'join' | 'cut'): Parts | null {
  const crossings = crossingsOf(parts, ring);
  const ofRing = (middle: Point) => isInside(parts, middle) === (how === 'cut');
  const pieces: Piece[] = [];
  const whole: Parts = [];
  parts.forEach((part, number) => {
    const own = crossings.map((c, i) => ({ i, at: c.onPart, part: c.part })).filter((c) => c.part === number);
    if (own.length === 0) {
      if (!isInside([ring], part[0]!)) whole.push(part);
    } else pieces.push(...between(part, own, crossings).filter((piece) => !isInside([ring], middleOf(piece))));
  });
  if (crossings.length === 0) {
    if (ofRing(ring[0]!)) whole.push(ring);
    return whole;
  }
  const onRing = crossings.map((c, i) => ({ i, at: c.onRing }));
  pieces.push(...between(ring, onRing, crossings).filter((piece) => ofRing(middleOf(piece))));
  const loops = loopsOf(pieces, crossings.length);
  return loops && [...whole, ...loops];
}

/** Does the outline of the ring cross an outline of the parts? */
export const crosses = (parts: Parts, ring: Polygon): boolean => crossingsOf(parts, ring).length > 0;

function crossingsOf(parts: Parts, ring: Polygon): Crossing[] {
  const xs = ring.map((p) => p[0]);
  const ys = ring.map((p) => p[1]);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const found: Crossing[] = [];
  parts.forEach((part, number) => {
    for (let i = 0; i < part.length; i += 1) {
      const a = part[i]!;
      const b = part[(i + 1) % part.length]!;
      if (Math.max(a[0], b[0]) < left || Math.min(a[0], b[0]) > right || Math.max(a[1], b[1]) < top || Math.min(a[1], b[1]) > bottom) continue;
      for (let j = 0; j < ring.length; j += 1) {
        const hit = crossing(a, b, ring[j]!, ring[(j + 1) % ring.length]!);
        if (!hit) continue;
        const point: Point = [a[0] + hit.t * (b[0] - a[0]), a[1] + hit.t * (b[1] - a[1])];
        found.push({ point, part: number, onPart: i + hit.t, onRing: j + hit.u });
      }
    }
  });
  return found;
}

/** The runs of a closed outline from each crossing to the next. */
function between(outline: Polygon, on: { i: number; at: number }[], crossings: Crossing[]): Piece[] {
  const sorted = [...on].sort((a, b) => a.at - b.at);
  return sorted.map((start, k) => {
    const end = sorted[(k + 1) % sorted.length]!;
    const points = [crossings[start.i]!.point];
    const edges = Math.floor(end.at) - Math.floor(start.at) + (end.at <= start.at ? outline.length : 0);
    for (let step = 1; step <= edges; step += 1) points.push(outline[(Math.floor(start.at) + step) % outline.length]!);
    points.push(crossings[end.i]!.point);
    return { from: start.i, to: end.i, points };
  });
}

/** A point of the piece that is on neither outline's crossing: the middle of its longest edge. */
function middleOf({ points }: Piece): Point {
  let best = 0;
  const length = (i: number) => distance(points[i]!, points[i + 1]!);
  for (let i = 1; i + 1 < points.length; i += 1) if (length(i) > length(best)) best = i;
  const [a, b] = [points[best]!, points[best + 1]!];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** Closed outlines from pieces; null unless exactly two of them meet at each crossing. */
function loopsOf(pieces: Piece[], nCrossings: number): Parts | null {
  const at: Piece[][] = Array.from({ length: nCrossings }, () => []);
  for (const piece of pieces) {
    at[piece.from]!.push(piece);
    at[piece.to]!.push(piece);
  }
  if (at.some((meeting) => meeting.length !== 2)) return null;
  const left = new Set(pieces);
  const loops: Parts = [];
  for (const first of pieces) {
    if (!left.has(first)) continue;
    const loop: Polygon = [];
    let piece: Piece | undefined = first;
    let here = first.from;
    while (piece) {
      left.delete(piece);
      const forward: boolean = piece.from === here;
      const points: Point[] = forward ? piece.points : [...piece.points].reverse();
      loop.push(...points.slice(0, -1));
      here = forward ? piece.to : piece.from;
      piece = at[here]!.find((next) => left.has(next));
    }
    loops.push(loop);
  }
  return loops;
}

/**
 * The disc of this radius swept from one place to another, as a ring. Rows are `ratio` times as
 * high as columns are wide: on the screen the disc is round.
 */
export function sweptDisc(from: Point, to: Point, radiusPx: number, ratio: number): Polygon {
  const along = Math.atan2((to[1] - from[1]) * ratio, to[0] - from[0]);
  // chords at most a hundredth of a pixel inside the circle
  const half = Math.max(6, Math.ceil(Math.PI / (2 * Math.acos(1 - Math.min(0.5, 0.01 / radiusPx)))));
  const arc = (centre: Point, start: number): Polygon =>
    Array.from({ length: half + 1 }, (_, k): Point => {
      const angle = start + (Math.PI * k) / half;
      return [centre[0] + radiusPx * Math.cos(angle), centre[1] + (radiusPx * Math.sin(angle)) / ratio];
    });
  const ring = [...arc(to, along - Math.PI / 2), ...arc(from, along + Math.PI / 2)];
  // where the disc stands still, its halves share their ends
  return ring.filter((p, i) => distance(p, ring[(i + 1) % ring.length]!) > 1e-3);
}
