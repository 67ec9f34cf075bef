/** What is done at once by a key or a button, unlike a tool, which waits for the pointer. */
import type { Workspace } from '../workspace';

export interface Action {
  id: string;
  label: string;
  hint: string;
  /** As `useKeys` names keys; several mean the same. Empty: no key. */
  keys: string[];
  group: 'move' | 'contour' | 'state' | 'history' | 'image';
  /** false: reached by key alone. */
  button: boolean;
  /** Changes the read: off where nothing may be edited. */
  edits: boolean;
  enabled?(work: Workspace): boolean;
  active?(work: Workspace): boolean;
  /** A label that depends on the state, for example Play and Pause. */
  labelNow?(work: Workspace): string;
  run(work: Workspace): void;
}

export const isEnabled = (action: Action, work: Workspace): boolean =>
  (!action.edits || work.mayEdit) && (action.enabled?.(work) ?? true);
