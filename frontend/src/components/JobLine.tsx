import { Button, Code, Group, Progress, Spoiler, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../api/client';
import type { Job } from '../api/types';
import { lasting } from './format';
import { State } from './State';

export const isActive = (job: Pick<Job, 'state'>): boolean => ['queued', 'leased', 'running'].includes(job.state);

/** What it is doing, or why it came to nothing. A job that will be tried again says both. */
function sentence(job: Job): string {
  if (!isActive(job)) return job.error?.message ?? '';
  const left = job.eta_s === null ? '' : ` · about ${lasting(job.eta_s)} left`;
  const doing = (job.message || 'Waiting for a worker') + left;
  return job.error ? `${job.error.message} ${doing}` : doing;
}

/** How far a job is, and what can be done about it. */
export function JobLine({ job, withTitle = true }: { job: Job; withTitle?: boolean }) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const act = async (what: 'cancel' | 'retry') => {
    setProblem(null);
    try {
      await api.post(`/jobs/${job.id}/${what}/`);
      await client.invalidateQueries();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <Stack gap={4} data-testid="job" data-state={job.state}>
      <Group gap="xs" wrap="nowrap">
        {withTitle && (
          <Text size="sm" truncate>
            {job.title}
          </Text>
        )}
        <State value={job.state} />
        {job.may_cancel && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void act('cancel')}>
            Cancel
          </Button>
        )}
        {job.may_retry && (
          <Button size="compact-xs" variant="light" onClick={() => void act('retry')}>
            Try again
          </Button>
        )}
      </Group>
      {isActive(job) && (
        <Progress value={Math.max(2, job.progress * 100)} size="sm" animated={job.state === 'running'} aria-label={`${job.title}: progress`} />
      )}
      <Text size="xs" c={job.error ? 'var(--accord-bad)' : 'dimmed'}>
        {problem ?? sentence(job)}
      </Text>
      {job.error_places && (
        <Spoiler maxHeight={0} showLabel="Where it failed" hideLabel="Hide where it failed" fz="xs">
          <Code block fz={11} data-testid="places">
            {job.error_places}
          </Code>
        </Spoiler>
      )}
    </Stack>
  );
}
