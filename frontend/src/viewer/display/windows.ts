/** Windows that suit a kind of image: where reading by eye or by number begins. */
import type { Window } from '../painting';

export interface Preset {
  id: string;
  title: string;
  /** null: taken from the pixels of the frame. */
  window: Window | null;
}

const range = (id: string, title: string, low: number, high: number): Preset => ({
  id,
  title,
  window: { centre: (low + high) / 2, width: high - low },
});

const AUTO: Preset = { id: 'auto', title: 'Automatic', window: null };
const FULL: Preset = { id: 'full', title: 'Full range', window: null };

/** Fixed ranges of maps, in ms, wide enough for 1.5 T and 3 T; all others begin with the frame itself. */
const OF_KIND: Record<string, Preset[]> = {
  t1_map: [range('t1', 'T1 0 to 2000 ms', 0, 2000), range('t1-post', 'T1 after contrast, 0 to 1000 ms', 0, 1000)],
  t2_map: [range('t2', 'T2 0 to 120 ms', 0, 120)],
  t2star_map: [range('t2star', 'T2* 0 to 60 ms', 0, 60)],
  ecv_map: [range('ecv', 'ECV 0 to 100 %', 0, 100)],
};

export const presetsOf = (kind: string): Preset[] => [...(OF_KIND[kind] ?? []), AUTO, FULL];

/** What the numbers of a map are in; empty where pixels have no unit. */
export function unitOf(kind: string): string {
  if (['t1_map', 't2_map', 't2star_map'].includes(kind)) return 'ms';
  return kind === 'ecv_map' ? '%' : '';
}
