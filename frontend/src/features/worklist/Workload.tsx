import { Alert, Badge, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { api } from '../../api/client';
import { ago, lasting, number } from '../../components/format';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { QUEUE_TITLES, standstill, type WorkloadData } from './workloadText';

/** Queues, pace and workers. */
export function Workload({ path, queryKey }: { path: string; queryKey: readonly unknown[] }) {
  const query = useQuery({
    queryKey: [...queryKey, 'workload'],
    queryFn: ({ signal }) => api.get<WorkloadData>(path, signal),
    refetchInterval: 5_000,
  });
  return (
    <Loaded query={query} label="Loading queues and workers">
      {(data) => (
        <Stack gap="sm" mb="lg">
          {standstill(data) && (
            <Alert color="orange" role="status">
              Jobs wait, and no worker that serves their queue answers. Ask an admin to start one.
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
            <Part title="Queues">
              <Rows
                minWidth={320}
                rowKey={(row) => row.queue}
                rows={data.queues}
                columns={[
                  {
                    title: 'Queue',
                    render: (row) => (
                      <Text size="sm">
                        {QUEUE_TITLES[row.queue] ?? row.queue}{' '}
                        <Text span size="xs" c="dimmed">
                          {row.queue}
                        </Text>
                      </Text>
                    ),
                  },
                  { title: 'Waiting', width: 90, numeric: true, render: (row) => number(row.waiting) },
                  { title: 'To try again', width: 110, numeric: true, render: (row) => number(row.waiting_to_retry) },
                  { title: 'Running', width: 90, numeric: true, render: (row) => number(row.running) },
                ]}
              />
            </Part>
            <Part title="Last hour">
              <Group gap="xl" pb="xs">
                <Figure value={number(data.last_hour.succeeded)} label="done" />
                <Figure value={number(data.last_hour.failed)} label="failed" bad={data.last_hour.failed > 0} />
                <Figure value={data.last_hour.median_s === null ? '–' : lasting(data.last_hour.median_s)} label="median time" />
              </Group>
            </Part>
          </SimpleGrid>
          <Part title="Workers">
            {data.workers.length === 0 ? (
              <Text size="sm" c="dimmed" pb="xs">
                No worker has been seen within an hour.
              </Text>
            ) : (
              <Workers workers={data.workers} />
            )}
          </Part>
        </Stack>
      )}
    </Loaded>
  );
}

function Workers({ workers }: { workers: WorkloadData['workers'] }) {
  const named = workers.some((worker) => worker.name !== null);
  return (
    <Rows
      rowKey={(row) => `${row.name} ${row.device} ${row.last_seen_at}`}
      rows={workers}
      columns={[
        {
          title: 'Device',
          render: (row) => (
            <Group gap={6}>
              <Text size="sm">{row.device === 'portal' ? 'the portal itself' : row.device || 'unknown'}</Text>
              {row.has_gpu && (
                <Badge variant="outline" radius="sm" tt="none" fw={500}>
                  GPU
                </Badge>
              )}
            </Group>
          ),
        },
        ...(named ? [{ title: 'Process', render: (row: WorkloadData['workers'][number]) => <Text size="sm">{row.name}</Text> }] : []),
        { title: 'Queues', width: 140, render: (row) => row.queues.join(', ') },
        { title: 'Doing', width: 130, render: (row) => row.busy_with ?? (row.alive ? 'idle' : '–') },
        { title: 'Version', width: 90, render: (row) => row.version || '–' },
        {
          title: 'Seen',
          width: 150,
          render: (row) => (
            <Text size="sm" c={row.alive ? undefined : 'var(--accord-bad)'}>
              {row.alive ? 'just now' : `silent, seen ${ago(row.last_seen_at)}`}
            </Text>
          ),
        },
      ]}
    />
  );
}

function Figure({ value, label, bad = false }: { value: string; label: string; bad?: boolean }) {
  return (
    <Stack gap={0}>
      <Text fz={26} fw={650} c={bad ? 'var(--accord-bad)' : undefined}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} fz="sm" mb={6}>
        {title}
      </Title>
      {children}
    </Paper>
  );
}
