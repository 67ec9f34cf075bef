import { LOOK_ACTIONS } from '../display/lookActions';
import type { Action } from './action';

export const imageActions: Action[] = [
  {
    id: 'fit',
    label: 'Fit',
    hint: 'Whole image, upright, first window',
    keys: ['f'],
    group: 'image',
    button: true,
    edits: false,
    run: ({ editor, display }) => {
      display.reset();
      editor.fit();
    },
  },
  {
    id: 'hide',
    label: 'Hide',
    hint: 'Hide the contours',
    keys: ['h'],
    group: 'image',
    button: true,
    edits: false,
    active: ({ editor }) => editor.hidden,
    run: ({ editor }) => editor.toggleHidden(),
  },
  ...LOOK_ACTIONS.map(
    ({ run, ...action }): Action => ({ ...action, group: 'image', button: false, edits: false, run: ({ display }) => run(display) }),
  ),
];
