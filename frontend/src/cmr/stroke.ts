import { distance, type Point, type Polygon } from './geometry';
import { signedAreaPx, simplified, smoothed, withoutLoops } from './outline';

/** Smaller outlines are slips of the hand. */
export const LEAST_AREA_PX = 8;

/**
 * A drawn stroke as a closed contour that follows it; null where it is a slip.
 *
 * A mouse stands on whole screen pixels, so that strokes have stairs of that size: `screenPx`, one
 * screen pixel in image pixels, is smoothed away and nothing more.
 */
export function closedStroke(stroke: Point[], screenPx: number): Polygon | null {
  if (stroke.length < 3) return null;
  const line = withoutOvershoot(stroke, 8 * screenPx);
  if (Math.abs(signedAreaPx(line)) < LEAST_AREA_PX / 2) return null;
  const closed = withoutLoops(simplified(smoothed(line, screenPx)));
  return closed.length >= 4 && Math.abs(signedAreaPx(closed)) >= LEAST_AREA_PX ? closed : null;
}

/** Hands run on past the beginning: what comes after the place nearest to it is cut off. */
function withoutOvershoot(stroke: Point[], nearPx: number): Point[] {
  let last = stroke.length - 1;
  let least = nearPx;
  for (let i = Math.floor(stroke.length * 0.75); i < stroke.length; i += 1) {
    const away = distance(stroke[i]!, stroke[0]!);
    if (away < least) {
      least = away;
      last = i;
    }
  }
  return stroke.slice(0, last + 1);
}
