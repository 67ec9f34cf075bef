import { toolOf } from '../tools/registry';
import type { Action } from './action';

export const contourActions: Action[] = [
  {
    id: 'accept',
    label: 'Accept',
    hint: 'Accept the contours of this frame as they are',
    keys: ['a'],
    group: 'state',
    button: true,
    edits: true,
    run: ({ editor }) => editor.acceptPhase(editor.cine.phase, editor.cine.slice),
  },
  {
    id: 'accept-phase',
    label: 'Accept phase',
    hint: 'Accept all slices of this phase as they are',
    keys: ['Shift+A'],
    group: 'state',
    button: true,
    edits: true,
    run: ({ editor }) => editor.acceptPhase(editor.cine.phase),
  },
  {
    id: 'copy-before',
    label: 'Copy from the phase before',
    hint: 'Copy the contour of the phase before',
    keys: ['c'],
    group: 'contour',
    button: false,
    edits: true,
    run: ({ editor }) => editor.copyFrom(editor.cine.slice, (editor.cine.phase + editor.cine.phases - 1) % editor.cine.phases),
  },
  {
    id: 'delete',
    label: 'Delete',
    hint: 'Delete the chosen measurement, else this contour',
    keys: ['Delete', 'Backspace'],
    group: 'contour',
    button: true,
    edits: true,
    run: ({ editor, objects }) => {
      const measuring = toolOf(editor.tool).measures && objects.list.some((entry) => entry.object_id === objects.chosen);
      if (measuring && objects.chosen) objects.remove(objects.chosen);
      else editor.removeAt(editor.cine.slice, editor.cine.phase);
    },
  },
  {
    id: 'undo',
    label: 'Undo',
    hint: 'Take the last change back',
    keys: ['Ctrl+z'],
    group: 'history',
    button: true,
    edits: true,
    enabled: ({ now }) => now.canUndo,
    run: ({ session }) => session.undo(),
  },
  {
    id: 'redo',
    label: 'Redo',
    hint: 'Do again what was taken back',
    keys: ['Ctrl+Shift+Z', 'Ctrl+y'],
    group: 'history',
    button: true,
    edits: true,
    enabled: ({ now }) => now.canRedo,
    run: ({ session }) => session.redo(),
  },
];
