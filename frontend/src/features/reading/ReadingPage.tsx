import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';

import { api } from '../../api/client';
import type { Read } from '../../api/types';
import { Busy, ErrorNote } from '../../components/Notice';
import { useReadSession } from '../../viewer/session/useReadSession';
import { useStack } from '../../viewer/stack';
import { Reading } from './Reading';

/** Loads the read, its stack and what this browser still owes the server. */
export function ReadingPage() {
  const { id = '' } = useParams();
  const query = useQuery({ queryKey: ['read', id], queryFn: () => api.get<Read>(`/reads/${id}/`) });
  const read = query.data;
  const { open: own, error: stackError } = useStack(read?.project.slug, read?.stack_id);
  const [beside, setBeside] = useState<string | null>(null);
  const { open: other, error: otherError } = useStack(read?.project.slug, beside ?? undefined);
  const { session, now, opened, error } = useReadSession(id);
  // what is open stays open when asking again fails: there may be unsaved work in it
  const wrong = read ? (stackError ?? otherError ?? error) : query.error;
  if (wrong) return <ErrorNote error={wrong} retry={() => location.reload()} />;
  const open = beside === null ? own : other;
  if (!read || !own || !open || !opened || session.readId !== id) return <Busy label="Opening the case" />;
  return (
    <Reading
      key={`${id}/${open.stack.id}`}
      read={read}
      own={own}
      open={open}
      session={session}
      now={now}
      onDrawOn={(stackId) => setBeside(stackId === own.stack.id ? null : stackId)}
    />
  );
}
