/** Plans that the portal makes in the background: it answers with a job, and the job with the plan. */
import { api } from '../../api/client';
import type { Plan } from './planning';

export interface PlanJob {
  id: string;
  state: string;
  progress: number;
  message: string;
  problem: { code: string; message: string } | null;
  plan: Plan | null;
  made: { n_reads: number } | null;
}

export interface Queued {
  job_id: string;
}

const EVERY_MS = 1000;
const ACTIVE = new Set(['queued', 'leased', 'running']);

/** A plan that came to nothing, in the portal's words. */
export class PlanFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const isQueued = (answer: object): answer is Queued => 'job_id' in answer;

/** What is said while it is worked on. */
export function doing(job: PlanJob): string {
  return job.state === 'queued' ? 'Waiting for its turn' : job.message || 'Starting';
}

/** Asks until the job has ended; `tell` hears how far it is. Throws PlanFailed where it came to nothing. */
export async function ended(
  ask: () => Promise<PlanJob>,
  tell: (job: PlanJob) => void,
  signal: AbortSignal,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): Promise<PlanJob> {
  for (;;) {
    const job = await ask();
    signal.throwIfAborted();
    if (!ACTIVE.has(job.state)) {
      if (job.state === 'succeeded') return job;
      throw new PlanFailed(job.problem?.code ?? job.state, job.problem?.message ?? (job.state === 'cancelled' ? 'It was cancelled on the Jobs page.' : 'It came to nothing.'));
    }
    tell(job);
    await wait(EVERY_MS);
    signal.throwIfAborted();
  }
}

export const askJob = (slug: string, id: string, signal: AbortSignal): Promise<PlanJob> => api.get<PlanJob>(`/projects/${slug}/assignments/plan/jobs/${id}/`, signal);
