import { useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';

import { api } from '../../api/client';
import type { DraftCheck, ProtocolDocument } from '../../api/types';
import { sameDocument } from './draft';

const PAUSE_MS = 350;

/** A document being written: what it says, whether it differs from what it began as, what the portal says of it. */
export function useDraft(slug: string, protocol: string | null, start: ProtocolDocument, fresh: boolean) {
  const [draft, setDraft] = useState(start);
  const [settled] = useDebouncedValue(draft, PAUSE_MS);
  const dirty = fresh || !sameDocument(draft, start);
  const [saved, setSaved] = useState(false);
  const check = useQuery({
    queryKey: ['protocol-draft', slug, protocol, settled],
    queryFn: () => api.post<DraftCheck>(`/projects/${slug}/protocols/draft/`, { protocol, document: settled }),
    enabled: dirty && !saved,
    placeholderData: (before: DraftCheck | undefined) => before,
    staleTime: Infinity,
    gcTime: 0,
  });
  return {
    draft,
    set: (patch: Partial<ProtocolDocument>) => setDraft((before) => ({ ...before, ...patch })),
    dirty,
    /** Of just this text: not yet known while it is typed. */
    checked: settled === draft && check.isSuccess && !check.isPlaceholderData ? check.data : null,
    problems: dirty ? (check.data?.problems ?? {}) : {},
    trouble: check.error,
    discard: () => setDraft(start),
    /** What was written is stored: leaving loses nothing any more. */
    done: () => setSaved(true),
    undone: () => setSaved(false),
    guarded: dirty && !saved,
  };
}
