/** Contours that are computed, and what a reader says to them. */
import type { Annotation } from '../../api/types';
import type { Workspace } from '../workspace';
import { keyAt } from '../smart/plan';
import type { Action } from './action';

const idle = ({ smart }: Workspace) => smart !== undefined && smart.running === null;

const untouched = (work: Workspace, where: (slice: number, phase: number, a: Annotation) => boolean): Annotation[] =>
  [...work.now.held.annotations.values()].filter((a) => {
    const place = a.parts.length > 0 && a.state === 'auto' ? work.open.places.of(a) : null;
    return place !== null && where(place[0], place[1], a);
  });

/** Everything untouched in the read: what "Accept all" takes, and counts before it asks. */
export const allUntouched = (work: Workspace): Annotation[] => untouched(work, () => true);

/** The next frame with an untouched contour, through the slices of this phase first, then phase by phase round the cycle. */
export function nextUnseen(work: Workspace): readonly [slice: number, phase: number] | null {
  const { n_slices, n_phases } = work.open.stack.meta;
  const { slice, phase } = work.editor.cine;
  const here = phase * n_slices + slice;
  const ahead = (s: number, p: number) => (p * n_slices + s - here - 1 + n_slices * n_phases) % (n_slices * n_phases);
  const found = allUntouched(work).map((a) => work.open.places.of(a)!);
  return found.reduce<(typeof found)[0] | null>((best, at) => (best === null || ahead(...at) < ahead(...best) ? at : best), null);
}

export const smartActions: Action[] = [
  {
    id: 'ai-slice',
    label: 'AI on this slice',
    hint: 'Contours of this frame by the model of the project; what you accepted or drew stays',
    keys: ['0'],
    group: 'contour',
    button: false,
    edits: true,
    ai: true,
    enabled: idle,
    run: ({ smart }) => smart!.segment(),
  },
  {
    id: 'carry-on',
    label: 'To next phase',
    hint: 'Carry the contours of this frame to the next phase by image registration',
    keys: ['g'],
    group: 'contour',
    button: false,
    edits: true,
    enabled: idle,
    run: ({ smart }) => smart!.carry(1),
  },
  {
    id: 'carry-back',
    label: 'To phase before',
    hint: 'Carry the contours of this frame to the phase before',
    keys: ['Shift+G'],
    group: 'contour',
    button: false,
    edits: true,
    enabled: idle,
    run: ({ smart }) => smart!.carry(-1),
  },
  {
    id: 'propagate-slice',
    label: 'Propagate slice',
    hint: 'From the phases that you accepted or edited to all others of this slice, forwards and backwards',
    keys: ['Shift+P'],
    group: 'contour',
    button: false,
    edits: true,
    enabled: idle,
    run: ({ smart, editor }) => smart!.propagate([editor.cine.slice]),
  },
  {
    id: 'propagate-all',
    label: 'Propagate all',
    hint: 'The same in every slice where a contour is accepted or edited',
    keys: ['Shift+F'],
    group: 'contour',
    button: false,
    edits: true,
    enabled: idle,
    run: ({ smart, open }) => smart!.propagate(Array.from({ length: open.stack.meta.n_slices }, (_, s) => s)),
  },
  {
    id: 'interpolate',
    label: 'Interpolate slices',
    hint: 'Contours of the chosen structure for the slices between contoured ones, at this phase',
    keys: ['Shift+I'],
    group: 'contour',
    button: false,
    edits: true,
    enabled: idle,
    run: ({ smart }) => smart!.interpolate(),
  },
  {
    id: 'accept-contour',
    label: 'Accept contour',
    hint: 'Accept the chosen structure in this frame as it is',
    keys: ['y'],
    group: 'state',
    button: false,
    edits: true,
    run: ({ editor, open, session }) => {
      const key = keyAt(open.places, editor.structure, editor.cine.slice, editor.cine.phase);
      if (key) session.accept([key]);
    },
  },
  {
    id: 'accept-slice',
    label: 'Accept slice',
    hint: 'Accept all phases of this slice as they are',
    keys: ['Shift+Y'],
    group: 'state',
    button: false,
    edits: true,
    run: (work) => work.session.accept(untouched(work, (slice) => slice === work.editor.cine.slice)),
  },
  {
    id: 'next-unseen',
    label: 'Next unseen',
    hint: 'Go to the next frame with a contour that nobody has accepted or edited',
    keys: ['u'],
    group: 'move',
    button: false,
    edits: false,
    run: (work) => {
      const next = nextUnseen(work);
      if (next) work.editor.cine.go(...next);
    },
  },
];
