/** How a model does in the shadow, as sums over cases. */
export interface BesideChampion {
  name: string;
  kind: 'dice' | 'difference';
  n: number;
  mean: number | null;
  low: number | null;
  high: number | null;
}

export interface BesideReference extends Omit<BesideChampion, 'kind'> {
  kind: 'dice' | 'error';
  champion: number | null;
  shadow: number | null;
}

export interface ShadowState {
  is_open: boolean;
  started_at: string | null;
  n_drafted: number;
  n_failed: number;
  /** Below so many cases no number is shown. */
  least: number;
  beside_champion: { n: number; rows: BesideChampion[] };
  beside_reference: { n: number; rows: BesideReference[] };
  may_start: boolean;
}

const LABELS: Record<string, string> = {
  lv_endo: 'LV endocardium',
  lv_epi: 'LV epicardium',
  rv_endo: 'RV endocardium',
  ef_percent: 'EF, points',
  edv_ml: 'EDV, ml',
  esv_ml: 'ESV, ml',
};

const WORDS = { dice: 'Dice', difference: 'Difference', error: 'Absolute error' } as const;

export const labelOf = (row: { name: string; kind: keyof typeof WORDS }): string => `${WORDS[row.kind]}, ${LABELS[row.name] ?? row.name}`;

/** `−1.20 to 3.40`, or that there are too few cases for an interval. */
export function interval(row: { low: number | null; high: number | null }): string {
  return row.low === null || row.high === null ? 'not enough data' : `${row.low.toFixed(3)} to ${row.high.toFixed(3)}`;
}

/** What is missing until there are numbers; nothing once there are. */
export function waiting(state: ShadowState): string {
  const n = state.beside_champion.n;
  if (n >= state.least) return '';
  return `${n} of at least ${state.least} cases count so far: those whose reads are all in.`;
}
