import type { Parts, Point } from '../../cmr/geometry';
import { alongContour, type Snap, snapTo } from '../../cmr/snap';
import type { Stage } from './gesture';

const SNAP_PX = 6; // CSS pixels

/**
 * Puts drawn points onto another structure's contour where they come near it, so that two
 * structures share their border: between two points on one contour, its own points come too.
 */
export class Snapper {
  private readonly others: Parts;
  private readonly withinPx: number;
  private last: Snap | null = null;

  constructor({ others, view }: Stage) {
    this.others = others.flat();
    this.withinPx = SNAP_PX / view.scale;
  }

  /** What to add to the stroke for this point of the pointer. */
  placed(at: Point, snaps: boolean): Point[] {
    const found = snaps ? snapTo(this.others, at, this.withinPx) : null;
    const between = found && this.last ? alongContour(this.others, this.last, found) : [];
    this.last = found;
    return [...between, found ? found.point : at];
  }
}
