import type { Workspace } from '../workspace';
import type { Action } from './action';

const copies = (id: string, label: string, key: string, from: (work: Workspace) => [slice: number, phase: number]): Action => ({
  id,
  label,
  hint: `${label} into this frame`,
  keys: [key],
  group: 'contour',
  button: false,
  edits: true,
  run: (work) => work.editor.copyFrom(...from(work)),
});

/** The chosen structure's contour from somewhere else. */
export const copyActions: Action[] = [
  copies('copy-before', 'Copy from the phase before', 'c', ({ editor: { cine } }) => [cine.slice, (cine.phase + cine.phases - 1) % cine.phases]),
  copies('copy-above', 'Copy from the slice above', 'Shift+C', ({ editor: { cine } }) => [cine.slice - 1, cine.phase]),
  copies('copy-below', 'Copy from the slice below', 'Shift+V', ({ editor: { cine } }) => [cine.slice + 1, cine.phase]),
  {
    id: 'copy',
    label: 'Copy',
    hint: 'Copy this contour',
    keys: ['Ctrl+c'],
    group: 'contour',
    button: false,
    edits: false,
    run: ({ editor }) => editor.copy(),
  },
  {
    id: 'paste',
    label: 'Paste',
    hint: 'Paste the copied contour at the same place, as the chosen structure',
    keys: ['Ctrl+v'],
    group: 'contour',
    button: false,
    edits: true,
    run: ({ editor }) => editor.paste(),
  },
];
