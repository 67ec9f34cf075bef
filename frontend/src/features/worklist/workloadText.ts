/** How busy the workers are, and what pre-annotating a whole project would do. */

import { plural } from '../../components/format';

export interface WorkloadData {
  queues: { queue: string; waiting: number; waiting_to_retry: number; running: number }[];
  workers: {
    /** The machine and process; admins get it. */
    name: string | null;
    device: string;
    has_gpu: boolean;
    queues: string[];
    version: string;
    alive: boolean;
    busy_with: string | null;
    last_seen_at: string;
  }[];
  last_hour: { succeeded: number; failed: number; median_s: number | null };
}

export const QUEUE_TITLES: Record<string, string> = { cpu: 'Computing', gpu: 'Networks', io: 'Files' };

/** Whether something waits that no living worker serves. */
export const standstill = (data: WorkloadData): boolean =>
  data.queues.some((row) => row.waiting > 0 && !data.workers.some((worker) => worker.alive && worker.queues.includes(row.queue)));

export interface BatchData {
  due: number;
  queued: number;
  skipped: Record<string, number>;
}

const WHY: Record<string, (n: number) => string> = {
  has_draft: (n) => `${plural(n, 'case')} ${n === 1 ? 'has' : 'have'} a draft`,
  queued_already: (n) => `${plural(n, 'case')} queued already`,
  nothing_to_segment: (n) => `${plural(n, 'case')} without a cine stack`,
  reads_are_in: (n) => `${plural(n, 'case')} with all reads in`,
};

/** Why cases were left out, as one sentence; empty where none was. */
export function leftOut(skipped: Record<string, number>): string {
  const parts = Object.entries(skipped).flatMap(([reason, n]) => (n > 0 ? [WHY[reason]?.(n) ?? `${n} ${reason}`] : []));
  return parts.length ? `Left out: ${parts.join(', ')}.` : '';
}
