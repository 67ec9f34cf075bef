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
  /** Needs AI: not there in a read that is done without. */
  ai?: boolean;
  enabled?(work: Workspace): boolean;
  active?(work: Workspace): boolean;
  /** A label that depends on the state, for example Play and Pause. */
  labelNow?(work: Workspace): string;
  run(work: Workspace): void;
}

/** Whether AI may be asked in this read. */
export const mayAskAi = (work: Workspace): boolean => work.smart?.ai ?? false;

export const isEnabled = (action: Action, work: Workspace): boolean =>
  (!action.edits || work.mayEdit) && (!action.ai || mayAskAi(work)) && (action.enabled?.(work) ?? true);
