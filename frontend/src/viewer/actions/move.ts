import type { Workspace } from '../workspace';
import type { Action } from './action';

const goPhase = ({ editor: { cine } }: Workspace, phase: number | null) => phase !== null && cine.go(cine.slice, phase);

const step = (id: string, label: string, key: string, run: Action['run']): Action => ({
  id,
  label,
  hint: label,
  keys: [key],
  group: 'move',
  button: false,
  edits: false,
  run,
});

export const moveActions: Action[] = [
  step('slice-up', 'Slice above', 'ArrowUp', ({ editor }) => editor.cine.moveSlice(-1)),
  step('slice-down', 'Slice below', 'ArrowDown', ({ editor }) => editor.cine.moveSlice(1)),
  step('phase-back', 'Phase before', 'ArrowLeft', ({ editor }) => editor.cine.movePhase(-1)),
  step('phase-on', 'Next phase', 'ArrowRight', ({ editor }) => editor.cine.movePhase(1)),
  step('cine-slower', 'Cine slower', ',', ({ editor }) => editor.cine.changeRate(-1)),
  step('cine-faster', 'Cine faster', '.', ({ editor }) => editor.cine.changeRate(1)),
  {
    id: 'go-ed',
    label: 'ED',
    hint: 'Go to end-diastole',
    keys: ['e'],
    group: 'move',
    button: true,
    edits: false,
    enabled: ({ editor }) => editor.numbers.ed_phase !== null,
    run: (work) => goPhase(work, work.editor.numbers.ed_phase),
  },
  {
    id: 'go-es',
    label: 'ES',
    hint: 'Go to end-systole',
    keys: ['s'],
    group: 'move',
    button: true,
    edits: false,
    enabled: ({ editor }) => editor.numbers.es_phase !== null,
    run: (work) => goPhase(work, work.editor.numbers.es_phase),
  },
  {
    id: 'play',
    label: 'Play',
    hint: 'Play the cine',
    keys: [' '],
    group: 'move',
    button: true,
    edits: false,
    active: ({ editor }) => editor.cine.playing,
    labelNow: ({ editor }) => (editor.cine.playing ? 'Pause' : 'Play'),
    run: ({ editor }) => editor.cine.setPlaying((on) => !on),
  },
];
