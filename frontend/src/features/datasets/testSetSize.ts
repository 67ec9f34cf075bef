import { plural } from '../../components/format';

export type Kind = 'phantom' | 'cases';

/** Patients with locked cases that may still be held out. */
export interface Free {
  patients: number;
  cases: number;
}

const MOST_PHANTOMS = 12;
const SUGGESTED = 5;

/** How many can be asked for, and how many stand there at first; 0 until it is known. */
export function choiceOf(kind: Kind, free: Free | undefined): { most: number; suggested: number } {
  const most = kind === 'phantom' ? MOST_PHANTOMS : (free?.patients ?? 0);
  return { most, suggested: Math.min(SUGGESTED, most) };
}

/** What the form says of that many, before anything is frozen. */
export function wordsFor(kind: Kind, n: number, free: Free | undefined): { label: string; note: string; button: string } {
  if (kind === 'phantom')
    return {
      label: 'How many',
      note: 'Hearts whose volumes are known in closed form. Marked as phantoms wherever their numbers stand.',
      button: `Freeze ${plural(n, 'phantom')}`,
    };
  const label = 'How many patients';
  if (!free) return { label, note: 'Counting locked cases that are in no dataset…', button: 'Freeze' };
  if (free.patients === 0) return { label, note: 'No locked case is free: all are in a dataset or a test set.', button: 'Freeze' };
  return {
    label,
    note: `${plural(free.patients, 'patient')} with ${plural(free.cases, 'locked case')}, in no dataset and no test set. ${n} of them, drawn by the seed, will be held out for good: nothing of them is ever trained on.`,
    button: `Freeze ${plural(n, 'patient')}`,
  };
}
