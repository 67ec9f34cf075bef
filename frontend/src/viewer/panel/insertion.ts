import { nearestSlice, planeOf, toPlane, type Vector } from '../../cmr/plane';
import type { Held } from '../session/contents';
import type { OpenStack } from '../stack';

/** The anterior RV insertion as (slice, column, row), where a reader has set that landmark; null otherwise. */
export function insertionOf(held: Held, { stack }: OpenStack): [number, number, number] | null {
  for (const { object } of held.objects.values()) {
    if (object?.code !== 'rv_insertion_anterior' || object.frame_of_reference_uid !== stack.meta.frame_of_reference_uid) continue;
    const point = object.points_lps_mm[0];
    if (point) return onStack(stack, point);
  }
  return null;
}

/** The nearest slice of the stack to a point in the patient, and the pixel under it there. */
export function onStack({ meta }: OpenStack['stack'], point: Vector): [number, number, number] {
  const slice = nearestSlice(meta, point);
  return [slice, ...toPlane(planeOf(meta, slice)!, point)];
}
