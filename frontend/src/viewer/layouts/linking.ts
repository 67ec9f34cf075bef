/** Which slice each pane shows when another one moves, and where one pane's slice cuts another's. */
import { angleDegrees, centreOf, crossing, nearestSlice, planeOf, type StackPlanes } from '../../cmr/plane';
import type { Point } from '../../cmr/geometry';

const PARALLEL_DEGREES = 15;

/** Planes can be compared in one frame of reference alone: between two, the patient may have moved. */
const sameSpace = (a: StackPlanes, b: StackPlanes): boolean => a.frame_of_reference_uid === b.frame_of_reference_uid && a.frame_of_reference_uid !== '';

/** Stacks whose slices lie alike are scrolled together. */
export function areParallel(a: StackPlanes, b: StackPlanes): boolean {
  const [first, second] = [planeOf(a, 0), planeOf(b, 0)];
  return first !== null && second !== null && sameSpace(a, b) && angleDegrees(first, second) <= PARALLEL_DEGREES;
}

/** Of `follower`, the slice nearest to one of `leader`. */
export function followed(leader: StackPlanes, slice: number, follower: StackPlanes): number {
  const plane = planeOf(leader, slice);
  return plane ? nearestSlice(follower, centreOf(plane)) : 0;
}

/** Where a slice of `other` cuts a slice of `stack`, in image coordinates; null if it doesn't, or lies nearly parallel. */
export function referenceLine(stack: StackPlanes, slice: number, other: StackPlanes, otherSlice: number): [Point, Point] | null {
  const [plane, cutting] = [planeOf(stack, slice), planeOf(other, otherSlice)];
  if (!plane || !cutting || !sameSpace(stack, other)) return null;
  return angleDegrees(plane, cutting) <= PARALLEL_DEGREES ? null : crossing(plane, cutting);
}

/** The last move made in a pane that follows the read's stack: it holds until the read's slice moves on. */
export interface Lead {
  stackId: string;
  slice: number;
  /** The slice that the read was led to. */
  readSlice: number;
}

export interface Placing {
  id: string;
  planes: StackPlanes;
}

/** The slice that a pane shows. `own` are slices of stacks that don't follow the read. */
export function sliceShown(pane: Placing, read: Placing & { slice: number }, lead: (Lead & { planes: StackPlanes }) | null, own: Readonly<Record<string, number>>): number {
  if (pane.id === read.id) return read.slice;
  if (!areParallel(pane.planes, read.planes)) return own[pane.id] ?? Math.floor(pane.planes.n_slices / 2);
  if (lead === null || lead.readSlice !== read.slice) return followed(read.planes, read.slice, pane.planes);
  // the pane that was scrolled keeps its slice, although the read's nearest one may lie nearer to another
  return pane.id === lead.stackId ? lead.slice : followed(lead.planes, lead.slice, pane.planes);
}

