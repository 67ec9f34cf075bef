import { Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearchParams } from 'react-router';

import { api } from '../../api/client';
import type { Page } from '../../api/types';
import { ThreadView } from '../../components/threads/ThreadView';
import { Threads } from '../../components/threads/Threads';
import { type Anchor, isImage, type Thread } from '../../components/threads/types';
import { threadActions } from '../../components/threads/useThreads';

interface Props {
  slug: string;
  caseId: string;
  /** All reads are in: people may talk about the case. */
  open: boolean;
  stackId: string | null;
}

/** What readers ask about their reads and, once all are in, what is said about the case. */
export function CaseDiscussion({ slug, caseId, open, stackId }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const marked = params.get('thread');
  const query = useQuery({
    queryKey: ['threads', slug, caseId],
    queryFn: () => api.get<Page<Thread>>(`/projects/${slug}/threads/?case=${caseId}&page_size=200`),
  });
  const actions = threadActions(() => client.invalidateQueries({ queryKey: ['threads'] }));
  const questions = (query.data?.results ?? []).filter((thread) => thread.read_id !== null);
  const jump = (anchor: Anchor) => {
    if (stackId && isImage(anchor)) void navigate(`/p/${slug}/stacks/${anchor.stack_id}/view?slice=${anchor.slice}&phase=${anchor.phase}`);
  };
  if (!open && questions.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="sm">
        Discussion
      </Title>
      <Stack gap="sm">
        {questions.map((thread) => (
          <ThreadView key={thread.id} thread={thread} people={[]} actions={actions} about="A reader asks" marked={thread.id === marked} onJump={jump} />
        ))}
        {open ? (
          <Threads
            path={`/projects/${slug}/cases/${caseId}/threads/`}
            label="Write about this case"
            empty="Nothing is said about this case yet. Readers don’t see what you write here."
            marked={marked}
            onJump={jump}
          />
        ) : (
          <Text size="xs" c="dimmed">
            Other readers don’t see these questions.
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
