import { useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Anchor, Person, Thread } from './types';

interface Listed {
  threads: Thread[];
  people: Person[];
}

/** Threads at one place (`/reads/…/threads/` or `/projects/…/cases/…/threads/`), and what can be done with them. */
export function useThreads(path: string, enabled = true) {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['threads', path], queryFn: () => api.get<Listed>(path), enabled });
  const refresh = () => client.invalidateQueries({ queryKey: ['threads'] });
  const people = query.data?.people ?? [];
  return { query, people, threads: query.data?.threads ?? [], ...threadActions(refresh), open: opener(path, refresh) };
}

const opener =
  (path: string, refresh: () => Promise<void>) =>
  async (opId: string, text: string, mentions: string[], anchor: Anchor): Promise<void> => {
    await api.post(path, { op_id: opId, text, mentions, anchor });
    await refresh();
  };

/** What is done with a thread, wherever it is listed. */
export function threadActions(refresh: () => Promise<void>) {
  return {
    answer: async (thread: Thread, opId: string, text: string, mentions: string[]) => {
      await api.post(`/threads/${thread.id}/comments/`, { op_id: opId, text, mentions });
      await refresh();
    },
    resolve: async (thread: Thread, resolved: boolean) => {
      await api.post(`/threads/${thread.id}/resolve/`, { resolved });
      await refresh();
    },
    remove: async (thread: Thread, commentId: string) => {
      await api.delete(`/threads/${thread.id}/comments/${commentId}/`);
      await refresh();
    },
  };
}

export type ThreadActions = ReturnType<typeof threadActions>;
