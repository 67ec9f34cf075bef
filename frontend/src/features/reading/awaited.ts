import type { Job } from '../../api/types';
import { isActive } from '../../components/JobLine';

/** Which job's end is waited for after news of one, and whether it has just come. Pure. */
export function awaitedAfter(awaited: string | null, job: Pick<Job, 'id' | 'state'> | undefined): { awaited: string | null; ended: boolean } {
  if (!job) return { awaited, ended: false };
  if (isActive(job)) return { awaited: job.id, ended: false };
  return awaited === job.id ? { awaited: null, ended: true } : { awaited, ended: false };
}
