import type { StackSummary } from '../api/types';
import { capital, words } from './format';

/** Kinds and views as people say them; keys as on the wire (cmrkit.contracts.kinds). */
export const KINDS: Record<string, string> = {
  cine: 'Cine',
  lge: 'LGE',
  lge_psir: 'LGE, PSIR',
  ti_scout: 'TI scout',
  t1_map: 'T1 map',
  t2_map: 'T2 map',
  t2star_map: 'T2* map',
  ecv_map: 'ECV map',
  fit_map: 'Fit parameters',
  t1_source: 'T1 source images',
  t2_source: 'T2 source images',
  t2star_source: 'T2* source images',
  perfusion: 'Perfusion',
  flow: 'Flow',
  flow_4d: '4D flow',
  whole_heart_3d: '3D whole heart',
  angiography: 'Angiography',
  morphology: 'Morphology',
  localizer: 'Localizer',
  derived: 'Derived picture',
  unknown: 'Unknown',
};

export const VIEWS: Record<string, string> = {
  SAX: 'SAX',
  '2CH': '2CH',
  '3CH': '3CH',
  '4CH': '4CH',
  LVOT: 'LVOT',
  RVOT: 'RVOT',
  aorta: 'Aorta',
  axial: 'Axial',
  coronal: 'Coronal',
  sagittal: 'Sagittal',
  unknown: 'Unknown view',
};

const TIMES: Record<string, string> = {
  cardiac_phase: 'phases',
  inversion_time: 'inversion times',
  echo_time: 'echo times',
  t2_preparation: 'T2 preparations',
  dynamic: 'heart beats',
  order: 'images',
};

export const kindName = (kind: string): string => KINDS[kind] ?? capital(words(kind));
export const viewName = (view: string): string => VIEWS[view] ?? view;

export const stackTitle = (stack: Pick<StackSummary, 'sequence_kind' | 'view'>): string =>
  [kindName(stack.sequence_kind), stack.view === 'unknown' ? '' : viewName(stack.view)].filter(Boolean).join(' ');

/** For lists: "Cine SAX · 12 × 25". */
export const stackBrief = (stack: StackSummary): string => `${stackTitle(stack)} · ${stack.n_slices} × ${stack.n_phases}`;

/** For example "12 slices × 25 phases", or "3 slices". */
export function stackSize(stack: StackSummary): string {
  const slices = `${stack.n_slices} ${stack.n_slices === 1 ? 'slice' : 'slices'}`;
  return stack.n_phases === 1 ? slices : `${slices} × ${stack.n_phases} ${TIMES[stack.time_axis] ?? 'images'}`;
}

/** What else tells stacks of one kind apart. */
export const stackMarks = (stack: Pick<StackSummary, 'component' | 'condition'>): string[] =>
  [stack.component, stack.condition]
    .filter((mark) => !['unknown', 'magnitude', 'map', ''].includes(mark))
    .map((mark) => words(mark));
