import type { Action } from './action';

export const imageActions: Action[] = [
  {
    id: 'fit',
    label: 'Fit',
    hint: 'Whole image, first window',
    keys: ['f'],
    group: 'image',
    button: true,
    edits: false,
    run: ({ editor }) => editor.fit(),
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
];
