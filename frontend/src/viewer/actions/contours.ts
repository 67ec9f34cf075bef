import type { Parts } from '../../cmr/geometry';
import { simplified, smoothed } from '../../cmr/outline';
import { toolOf } from '../tools/registry';
import type { Action } from './action';
import { copyActions } from './copying';

const EVEN_PX = 2; // what is finer than this is evened out

const evened = (parts: Parts): Parts => parts.map((part) => simplified(smoothed(part, EVEN_PX)));

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
  ...copyActions,
  {
    id: 'smooth-contour',
    label: 'Smooth',
    hint: 'Even out this contour; its size stays',
    keys: ['Shift+R'],
    group: 'contour',
    button: true,
    edits: true,
    run: ({ editor }) => editor.reshape(evened),
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
