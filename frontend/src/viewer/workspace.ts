/** What tools, actions and panels work on: one read, open in the reading room. */
import type { Protocol } from '../api/types';
import type { OwnKeys } from './keys';
import type { ReadSession, Snapshot } from './session/session';
import type { Smart } from './smart/useSmart';
import type { OpenStack } from './stack';
import type { Display } from './display/useDisplay';
import type { Editor } from './useEditor';

export interface Workspace {
  protocol: Protocol;
  open: OpenStack;
  session: ReadSession;
  now: Snapshot;
  editor: Editor;
  /** How the images are shown. */
  display: Display;
  /** Keys that the person changed. */
  ownKeys: OwnKeys;
  mayEdit: boolean;
  /** Interpolating, propagating, AI on one frame; absent where there is nothing to make. */
  smart?: Smart;
}
