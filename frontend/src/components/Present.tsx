import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { api } from '../api/client';

interface Props {
  slug: string;
  caseId: string;
  page: 'case' | 'adjudication' | 'meeting';
}

const EVERY_MS = 15_000;

/** Who else has the case open. Asking is also how others hear of this person; nothing is asked or shown where the case isn't open. */
export function Present({ slug, caseId, page }: Props) {
  const { data } = useQuery({
    queryKey: ['presence', caseId],
    queryFn: () => api.post<{ others: { id: string; name: string; page: string }[] }>(`/projects/${slug}/cases/${caseId}/presence/`, { page }),
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS,
  });
  if (!data || data.others.length === 0) return null;
  return (
    <Text size="xs" c="dimmed" role="status">
      Also here: {data.others.map((other) => other.name).join(', ')}
    </Text>
  );
}
