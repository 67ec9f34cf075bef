/** Choosing ED, ES, base and apex: the frame shown becomes it; once more makes it automatic again. */
import type { PinName } from '../../api/types';
import type { Workspace } from '../workspace';
import type { Action } from './action';

export interface PinChoice {
  name: PinName;
  /** What is chosen, as a heading. */
  title: string;
  of: 'phase' | 'slice';
  key: string;
}

export const PINS: PinChoice[] = [
  { name: 'ed_phase', title: 'ED', of: 'phase', key: 'Shift+E' },
  { name: 'es_phase', title: 'ES', of: 'phase', key: 'Shift+S' },
  { name: 'basal_slice', title: 'Base', of: 'slice', key: 'Shift+B' },
  { name: 'apical_slice', title: 'Apex', of: 'slice', key: 'Shift+X' },
];

/** The action that takes the choice; its key can be changed. */
export const actionOf = (choice: PinChoice): string => `pin-${choice.name.replace('_', '-')}`;

export const pinnedAt = (work: Workspace, name: PinName): number | null => work.now.held.pins.get(name)?.value ?? null;

/** The phase or slice shown. */
export const shownFor = (work: Workspace, choice: PinChoice): number => work.editor.cine[choice.of];

export function togglePin(work: Workspace, choice: PinChoice): void {
  const shown = shownFor(work, choice);
  work.session.pin(choice.name, pinnedAt(work, choice.name) === shown ? null : shown);
}

export const pinActions: Action[] = PINS.map((choice) => ({
  id: actionOf(choice),
  label: `${choice.title} is here`,
  hint: `This ${choice.of} is ${choice.title}; once more: automatic`,
  keys: [choice.key],
  group: 'state',
  button: false,
  edits: true,
  // beside the stack that is read it would choose a phase or slice of that one, unseen
  enabled: ({ editor }) => editor.pinned,
  active: (work) => pinnedAt(work, choice.name) === shownFor(work, choice),
  run: (work) => togglePin(work, choice),
}));
