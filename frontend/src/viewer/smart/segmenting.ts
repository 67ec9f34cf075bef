import { api } from '../../api/client';
import type { Job } from '../../api/types';
import { isActive } from '../../components/JobLine';
import { Cancelled } from './registrar';

const POLL_MS = 700;

/** The job when it is over. Aborting cancels it on the server too, and throws `Cancelled`. */
export async function waitForJob(id: string, stop: AbortSignal, onProgress: (job: Job) => void): Promise<Job> {
  for (;;) {
    if (stop.aborted) {
      await api.post(`/jobs/${id}/cancel/`);
      throw new Cancelled();
    }
    const job = await api.get<Job>(`/jobs/${id}/`);
    if (!isActive(job)) return job;
    onProgress(job);
    await pause(POLL_MS, stop);
  }
}

/** Waits, but no longer than till it is stopped. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
