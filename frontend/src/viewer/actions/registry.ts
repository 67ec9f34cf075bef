/** Every action that reading and settling share. A new one is added to its group's list. */
import type { Keys } from '../useKeys';
import { TOOLS } from '../tools/registry';
import type { Workspace } from '../workspace';
import { type Action, isEnabled } from './action';
import { contourActions } from './contours';
import { imageActions } from './image';
import { moveActions } from './move';
import { smartActions } from './smart';

export const ACTIONS: Action[] = [...moveActions, ...contourActions, ...smartActions, ...imageActions];

/** Keys of tools, structures and actions, for what may be done here and now. */
export function keysOf(work: Workspace, extra: Action[] = []): Keys {
  const keys: Keys = {};
  for (const tool of TOOLS) {
    if (tool.shortcut && (!tool.edits || work.mayEdit)) keys[tool.shortcut] = () => work.editor.setTool(tool.id);
  }
  work.protocol.structures.forEach(({ code }, i) => {
    keys[String(i + 1)] = () => work.editor.setStructure(code);
  });
  for (const action of [...ACTIONS, ...extra]) {
    for (const key of action.keys) {
      keys[key] = () => {
        if (isEnabled(action, work)) action.run(work);
      };
    }
  }
  return keys;
}
