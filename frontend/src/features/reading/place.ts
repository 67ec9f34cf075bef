/** The place on the screen that a question is bound to, and where a place leads. Pure. */
import type { ImageAnchor } from '../../components/threads/types';
import type { Workspace } from '../../viewer/workspace';

type Shown = Pick<Workspace, 'open' | 'editor'>;

/** On the images that are drawn on now: a long axis has slices and phases of its own. */
export const placeOf = ({ open, editor: { cine, structure } }: Shown): ImageAnchor => ({
  kind: 'image',
  stack_id: open.stack.id,
  slice: cine.slice,
  phase: cine.phase,
  structure,
});

/** Go to a place; on other images, those are opened. */
export function goTo(place: ImageAnchor, { open, editor }: Shown, onDrawOn: (stackId: string) => void): void {
  if (place.stack_id === open.stack.id) editor.cine.go(place.slice, place.phase);
  else onDrawOn(place.stack_id);
}
