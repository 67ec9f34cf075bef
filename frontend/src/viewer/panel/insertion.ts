import type { WorldObject } from '../../api/types';
import type { Held } from '../session/contents';
import type { OpenStack } from '../stack';

/** The anterior RV insertion as (slice, column, row), where a reader has set that landmark; null otherwise. */
export function insertionOf(held: Held, { stack }: OpenStack): [number, number, number] | null {
  for (const object of objectsOf(held)) {
    if (object.code !== 'rv_insertion_anterior' || object.frame_of_reference_uid !== stack.meta.frame_of_reference_uid) continue;
    const point = object.points_lps_mm[0];
    if (point) return onStack(stack, point);
  }
  return null;
}

/** The nearest slice of the stack to a point in the patient, and the pixel under it there. */
export function onStack({ meta }: OpenStack['stack'], point: readonly number[]): [number, number, number] {
  const [rx, ry, rz] = meta.row_direction;
  const [cx, cy, cz] = meta.column_direction;
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  const from = meta.slice_positions_mm.map((position) => position.map((v, i) => point[i]! - v));
  const away = from.map((offset) => Math.abs(dot(offset, normal)));
  const slice = away.indexOf(Math.min(...away));
  const [betweenRows, betweenColumns] = meta.pixel_spacing_mm;
  return [slice, dot(from[slice]!, meta.row_direction) / betweenColumns, dot(from[slice]!, meta.column_direction) / betweenRows];
}

/** Landmarks and measurements of the read. */
function objectsOf(held: Held & { objects?: ReadonlyMap<string, { object: WorldObject | null }> }): WorldObject[] {
  return [...(held.objects?.values() ?? [])].flatMap(({ object }) => (object ? [object] : []));
}
