import type { Workspace } from '../workspace';
import { nearestContoured } from '../smart/plan';

/** To the contours behind a number: its structure is chosen, its phase shown, in the nearest slice that has one. */
export function jumpTo(work: Workspace, structure: string, phase: number): void {
  const { editor, now, open } = work;
  editor.setStructure(structure);
  editor.cine.go(nearestContoured(now.held, open.places, structure, editor.cine.slice, phase), phase);
}
