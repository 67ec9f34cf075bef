import { useQueryClient } from '@tanstack/react-query';

import type { Job } from '../api/types';
import { useMessages } from '../realtime/socket';

/** Whether to fetch again what stands under a key. A protocol may be full of changes, which a newer version would put away: its page asks when it is saved. */
export const fresh =
  (...kept: string[]) =>
  ({ queryKey }: { queryKey: readonly unknown[] }): boolean =>
    queryKey[0] !== 'protocol' && !kept.includes(String(queryKey[0]));

const finished = (job: Job) => ['succeeded', 'failed', 'cancelled', 'dead'].includes(job.state);

/** Keeps what is on the screen up to date with what the portal says over the socket. */
export function useLiveCache(): void {
  const client = useQueryClient();
  useMessages((message) => {
    // a stack version never changes
    if (message.type === 'back') void client.invalidateQueries({ predicate: fresh('stack') });
    if (message.type === 'job') {
      client.setQueryData(['job', message.job.id], message.job);
      void client.invalidateQueries({ queryKey: ['jobs'] });
      if (finished(message.job)) void client.invalidateQueries({ predicate: fresh('read') });
    }
    // a withdrawal reaches into cases, studies, datasets and models
    if (message.type === 'changed' && message.model === 'subject') void client.invalidateQueries({ predicate: fresh('read') });
    if (message.type === 'changed') {
      // an invitation, or a meeting that has begun
      if (message.model === 'notification') void client.invalidateQueries({ queryKey: ['meetings'] });
      void client.invalidateQueries({ queryKey: [message.model] });
      void client.invalidateQueries({ queryKey: [`${message.model}s`] });
      void client.invalidateQueries({ queryKey: ['work'] });
      void client.invalidateQueries({ queryKey: ['notifications'] });
    }
  });
}
