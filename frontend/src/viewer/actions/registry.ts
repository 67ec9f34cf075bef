/** Every action that reading and settling share. A new one is added to its group's list. */
import type { Keys } from '../useKeys';
import { keysFor, type OwnKeys } from '../keys';
import { TOOLS } from '../tools/registry';
import type { Workspace } from '../workspace';
import { type Action, isEnabled, mayAskAi } from './action';
import { contourActions } from './contours';
import { imageActions } from './image';
import { maskActions } from './masks';
import { moveActions } from './move';
import { pinActions } from './pins';
import { smartActions } from './smart';

export const ACTIONS: Action[] = [...moveActions, ...contourActions, ...maskActions, ...smartActions, ...pinActions, ...imageActions];

/** Groups of keys as a person reads them. */
export const GROUP_NAMES: Record<string, string> = {
  move: 'Moving',
  state: 'Accepting',
  contour: 'Contours',
  history: 'Undo',
  smart: 'Helped by the computer',
  pin: 'Choices',
  image: 'Image',
  layout: 'Layout',
  'tool-contour': 'Contour tools',
  'tool-mask': 'Painting tools',
  'tool-measure': 'Measuring tools',
  'tool-look': 'Image tools',
};

export interface KeyEntry {
  id: string;
  label: string;
  hint: string;
  group: string;
  keys: string[];
}

/** Every tool and action with the keys that count for this person. */
export function keyEntries(own: OwnKeys, extra: Action[] = []): KeyEntry[] {
  return [
    ...[...ACTIONS, ...extra].map(({ id, label, hint, group, keys }) => ({ id, label, hint, group, keys: keysFor(id, keys, own) })),
    ...TOOLS.map(({ id, label, hint, group, shortcut }) => ({
      id: `tool-${id}`,
      label,
      hint,
      group: `tool-${group}`,
      keys: keysFor(`tool-${id}`, shortcut ? [shortcut] : [], own),
    })),
  ];
}

/** Keys of tools, structures and actions, for what may be done here and now. */
export function keysOf(work: Workspace, extra: Action[] = []): Keys {
  const keys: Keys = {};
  for (const tool of TOOLS) {
    if (((tool.edits || tool.measures) && !work.mayEdit) || (tool.ai && !mayAskAi(work))) continue;
    for (const key of keysFor(`tool-${tool.id}`, tool.shortcut ? [tool.shortcut] : [], work.ownKeys)) keys[key] = () => work.editor.setTool(tool.id);
  }
  work.protocol.structures.forEach(({ code }, i) => {
    keys[String(i + 1)] = () => work.editor.setStructure(code);
  });
  for (const action of [...ACTIONS, ...extra]) {
    for (const key of keysFor(action.id, action.keys, work.ownKeys)) {
      keys[key] = () => {
        if (isEnabled(action, work)) action.run(work);
      };
    }
  }
  return keys;
}
