import { nearestSlice, planeOf, toPlane, type Vector } from '../../cmr/plane';
import type { Held } from '../session/contents';
import type { OpenStack } from '../stack';

/** The anterior RV insertion as (slice, column, row): the reader's, else the one that a model proposes, else null. A
 *  model proposes one only where it agrees with the direction of the RV. */
export function insertionOf(held: Held, { stack }: OpenStack): Insertion | null {
  let found: Insertion | null = null;
  for (const { object } of held.objects.values()) {
    if (object?.code !== 'rv_insertion_anterior' || object.frame_of_reference_uid !== stack.meta.frame_of_reference_uid) continue;
    const point = object.points_lps_mm[0];
    if (!point) continue;
    if (!object.proposed_by) return { at: onStack(stack, point), proposed: false };
    found = { at: onStack(stack, point), proposed: true };
  }
  return found;
}

export interface Insertion {
  at: [number, number, number];
  proposed: boolean;
}

/** The nearest slice of the stack to a point in the patient, and the pixel under it there. */
export function onStack({ meta }: OpenStack['stack'], point: Vector): [number, number, number] {
  const slice = nearestSlice(meta, point);
  return [slice, ...toPlane(planeOf(meta, slice)!, point)];
}
