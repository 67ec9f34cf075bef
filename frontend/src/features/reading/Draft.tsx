import { Button, Progress, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { api, messageOf } from '../../api/client';
import type { Job, ModelBrief, Read } from '../../api/types';
import { FlagList } from '../../components/Checks';
import { isActive } from '../../components/JobLine';
import { Pill } from '../../viewer/Room';
import panel from '../../viewer/panel.module.css';
import { awaitedAfter } from './awaited';

/** Which model drafted, and what must be known of it. */
export function ModelLine({ model }: { model: ModelBrief | null }) {
  if (!model) return null;
  return (
    <>
      <Pill>
        drafted by {model.name} {model.version}
      </Pill>
      {model.noncommercial && <Pill tone="warn">non-commercial model</Pill>}
      {model.demonstration && <Pill tone="warn">demonstration model</Pill>}
    </>
  );
}

/** What to look at before trusting the draft; folded away once there is more than a few. */
function DraftFlags({ read }: { read: Read }) {
  const flags = read.draft.flags;
  if (flags.length === 0) return null;
  return (
    <details open={flags.length <= 4} data-testid="draft-flags">
      <summary className={panel.small} style={{ cursor: 'pointer', minHeight: 24 }}>
        Check the draft ({flags.length})
      </summary>
      <FlagList flags={flags} />
    </details>
  );
}

interface Props {
  read: Read;
  empty: boolean;
  onDraft: () => void;
}

/** Asking the AI for a draft, and watching it come. */
export function Draft({ read, empty, onDraft }: Props) {
  const client = useQueryClient();
  const [jobId, setJobId] = useState(read.draft.job_id);
  const [problem, setProblem] = useState<string | null>(null);
  const awaited = useRef<string | null>(null);
  const running = read.draft.state === 'running' || awaited.current !== null;
  const query = useQuery({
    queryKey: ['job', jobId],
    queryFn: () => api.get<Job>(`/jobs/${jobId}/`),
    enabled: jobId !== null && running,
    // the socket brings progress; this is for when it can't
    refetchInterval: (q) => (q.state.data && !isActive(q.state.data) ? false : 3000),
  });
  const job = query.data;
  useEffect(() => setJobId(read.draft.job_id), [read.draft.job_id]);
  useEffect(() => {
    if (read.draft.state === 'running') awaited.current = read.draft.job_id;
  }, [read.draft.state, read.draft.job_id]);
  useEffect(() => {
    const now = awaitedAfter(awaited.current, job);
    awaited.current = now.awaited;
    if (!now.ended) return;
    if (job?.state === 'succeeded') onDraft();
    else void client.invalidateQueries({ queryKey: ['read', read.id] });
  }, [job, onDraft, client, read.id]);

  if (!read.ai_visible || !read.may_edit) return null;
  const ask = async () => {
    setProblem(null);
    try {
      const made = await api.post<Job>(`/reads/${read.id}/preannotate/`);
      awaited.current = made.id;
      client.setQueryData(['job', made.id], made);
      setJobId(made.id);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  if (job && isActive(job)) {
    return (
      <section aria-label="AI draft" data-testid="draft-progress">
        <h2 className={panel.title}>AI draft</h2>
        <Progress value={Math.max(2, job.progress * 100)} size="sm" animated aria-label="Draft progress" />
        <p className={panel.small}>{job.message || 'Waiting for a worker'}</p>
      </section>
    );
  }
  const failure = problem ?? (job && job.state !== 'succeeded' ? (job.error?.message ?? `The draft was ${job.state}.`) : null);
  return (
    <section aria-label="AI draft">
      {empty && <h2 className={panel.title}>AI draft</h2>}
      {failure && <p className={panel.note}>{failure}</p>}
      <DraftFlags read={read} />
      {empty ? (
        <>
          <Text size="sm" c="dimmed" mb={6}>
            No contours yet. Let the AI draft all slices and phases, or draw with D.
          </Text>
          <Button size="compact-sm" onClick={() => void ask()}>
            Pre-annotate
          </Button>
        </>
      ) : (
        <Button size="compact-xs" variant="subtle" color="gray" mt="xs" onClick={() => void ask()}>
          Pre-annotate again
        </Button>
      )}
    </section>
  );
}
