import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import type { Stack } from '../../api/types';
import { FrameStore } from '../pixels';
import { type OpenStack, Places } from '../stack';

/** Stacks beside the one that is read. Their frames stay here as long as the room is open. */
export function useOtherStacks(slug: string, ids: string[]): { stacks: Map<string, OpenStack>; failed: boolean } {
  const [opened] = useState(() => new Map<string, OpenStack>());
  const answers = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['stack', id],
      queryFn: () => api.get<Stack>(`/projects/${slug}/stacks/${id}/`),
      // a stack version never changes
      staleTime: Infinity,
    })),
  });
  const stacks = new Map<string, OpenStack>();
  for (const { data } of answers) {
    if (!data) continue;
    const open = opened.get(data.id) ?? { stack: data, store: new FrameStore(data), places: new Places(data) };
    opened.set(data.id, open);
    stacks.set(data.id, open);
  }
  return { stacks, failed: answers.some((answer) => answer.isError) };
}
