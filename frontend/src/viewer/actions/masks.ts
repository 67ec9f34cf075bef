/** What goes with painting: the size of the brush, and mending what was painted. */
import { rounded } from '../../cmr/edit';
import type { Parts } from '../../cmr/geometry';
import { withoutHoles } from '../../cmr/holes';
import { changeTolerance, resizeBrush } from '../tools/brushSize';
import type { Workspace } from '../workspace';
import type { Action } from './action';

function change(work: Workspace, how: (parts: Parts) => Parts): void {
  const target = work.editor.targetAt(work.editor.cine.slice, work.editor.cine.phase);
  if (target && target.parts.length > 0) target.edit(rounded(how(target.parts)), true);
}

const setting = (id: string, label: string, key: string, run: () => void): Action => ({
  id,
  label,
  hint: label,
  keys: [key],
  group: 'contour',
  button: false,
  edits: true,
  run,
});

export const maskActions: Action[] = [
  setting('brush-smaller', 'Smaller brush', '-', () => resizeBrush(-1)),
  setting('brush-larger', 'Larger brush', '=', () => resizeBrush(1)),
  setting('tolerance-less', 'Less tolerance', 'Shift+<', () => changeTolerance(-1)),
  setting('tolerance-more', 'More tolerance', 'Shift+>', () => changeTolerance(1)),
  {
    id: 'fill-holes',
    label: 'Fill holes',
    hint: 'Fill the holes of this contour',
    keys: [],
    group: 'contour',
    button: true,
    edits: true,
    run: (work) => change(work, withoutHoles),
  },
];
