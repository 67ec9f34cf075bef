/** Plans, progress and training as the portal sends them (docs/openapi.yaml). */
import { day, plural } from '../../components/format';

export interface ReaderCount {
  user_id: string;
  name: string;
  open_before: number;
  new: number;
  duplicates: number;
  by_stratum: Record<string, number>;
}

export interface Plan {
  seed: string;
  digest: string;
  n_cases: number;
  n_reads: number;
  n_duplicates: number;
  readers: ReaderCount[];
  strata: Record<string, number>;
  warnings: string[];
}

export interface ReaderProgress {
  user_id: string;
  name: string;
  reads_still: boolean;
  assigned: number;
  in_progress: number;
  submitted: number;
  overdue: number;
  duplicates: number;
  last_submitted_at: string | null;
  paused: boolean;
  pause_reason: string;
  admitted: boolean | null;
  conflicts: number;
}

export interface Progress {
  paused: boolean;
  pause_reason: string;
  readers: ReaderProgress[];
  weeks: { start: string; submitted: number }[];
  open: number;
  unassigned: number;
  overdue: number;
  per_week: number;
  done_by: string | null;
}

export interface Threshold {
  required: boolean;
  cases: number;
  dice_min: number;
  ef_points_max: number;
}

export interface TrainingRead {
  read_id: string;
  alias: string;
  state: string;
  passed: boolean | null;
  dice: Record<string, number | null>;
  differences: Record<string, number | null>;
}

export interface OwnTraining {
  threshold: Threshold;
  admitted: boolean;
  reads: TrainingRead[];
}

export interface TrainingPerson {
  user_id: string;
  name: string;
  given: number;
  submitted: number;
  passed: number;
  mean_dice: Record<string, number>;
  mean_ef_points: number | null;
  admitted_at: string | null;
  admitted_by: string;
  reason: string;
}

export interface Training {
  threshold: Threshold;
  cases: { case_id: string; case: string; reference: string; given: number }[];
  people: TrainingPerson[];
}

/** What has to be asked again to make exactly the plan that is shown. */
export const makeBody = (asked: object, plan: Plan): object => ({
  ...asked,
  seed: plan.seed,
  digest: plan.digest,
  loads: Object.fromEntries(plan.readers.map((row) => [row.user_id, row.open_before])),
});

/** One sentence on what a plan does. */
export const planText = (plan: Plan): string =>
  plan.n_reads === 0
    ? 'Nothing would be assigned.'
    : `${plural(plan.n_reads, 'read')} of ${plural(plan.n_cases, 'case')}` +
      (plan.n_duplicates ? `, and ${plural(plan.n_duplicates, 'hidden second reading')}.` : '.');

/** What a reader has to reach, as one sentence. */
export const thresholdText = (t: Threshold): string =>
  `${plural(t.cases, 'training case')}: mean Dice of every structure from ${t.dice_min.toFixed(2)}, ` +
  `mean EF difference up to ${t.ef_points_max.toFixed(1)} points.`;

/** How a deadline stands: it lies at the end of a day. */
export function dueText(iso: string, now: Date = new Date()): { text: string; late: boolean } {
  const left = Date.parse(iso) - now.getTime();
  if (left < 0) return { text: 'overdue', late: true };
  const days = Math.floor(left / 86_400_000);
  if (days === 0) return { text: 'due today', late: false };
  return { text: days <= 7 ? `due in ${plural(days, 'day')}` : `due ${day(iso)}`, late: false };
}
