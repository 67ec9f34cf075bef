import { Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useParams } from 'react-router';

import { api } from '../../api/client';
import type { TrainingRun } from '../../api/types';
import { Chart } from '../../components/Chart';
import { number, when } from '../../components/format';
import { isActive, JobLine } from '../../components/JobLine';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { useMessages } from '../../realtime/socket';

export function TrainingPage() {
  const { slug = '', id = '' } = useParams();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['training', id],
    queryFn: () => api.get<TrainingRun>(`/training-runs/${id}/`),
    refetchInterval: (q) => (q.state.data && isActive(q.state.data.job) ? 5000 : false),
  });
  useMessages((message) => {
    if (message.type === 'training' && message.run_id === id) {
      client.setQueryData<TrainingRun>(['training', id], (run) => run && { ...run, points: withPoint(run.points ?? [], message.point) });
    }
    if (message.type === 'job' && message.job.id === query.data?.job.id) {
      client.setQueryData<TrainingRun>(['training', id], (run) => run && { ...run, job: message.job });
      if (!isActive(message.job)) void query.refetch();
    }
  });
  return (
    <Loaded query={query} label="Loading the training run">
      {(run) => (
        <Page
          title={`Training on ${run.dataset.name} · version ${run.dataset.version}`}
          trail={[{ label: 'Models', to: `/p/${slug}/models` }]}
          note={`From ${run.base_model.name} ${run.base_model.version}, asked ${when(run.created_at)}`}
          actions={
            run.model && (
              <Button component={Link} to={`/p/${slug}/models/${run.model.id}`}>
                Open the challenger
              </Button>
            )
          }
        >
          <Stack gap="lg" maw={980}>
            <JobLine job={run.job} />
            <Paper withBorder p="md">
              <Curve points={run.points ?? []} />
            </Paper>
            <Group gap="lg">
              {Object.entries(run.params).map(([name, value]) => (
                <Text key={name} size="sm">
                  <Text span c="dimmed">
                    {name}
                  </Text>{' '}
                  {String(value)}
                </Text>
              ))}
              <Anchor component={Link} to={`/p/${slug}/datasets/${run.dataset.id}`} size="sm">
                Dataset
              </Anchor>
            </Group>
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}

type Point = NonNullable<TrainingRun['points']>[number];

function withPoint(points: Point[], point: Point): Point[] {
  return points.some((p) => p.step === point.step) ? points : [...points, point].sort((a, b) => a.step - b.step);
}

function Curve({ points }: { points: Point[] }) {
  const option = useMemo(() => {
    const series = [
      { name: 'training loss', type: 'line', showSymbol: points.length < 40, data: points.map((p) => [p.step, p.loss]), color: '#3a8fd2' },
      {
        name: 'validation Dice',
        type: 'line',
        yAxisIndex: 1,
        connectNulls: true,
        data: points.filter((p) => p.val_dice !== null).map((p) => [p.step, p.val_dice]),
        color: '#2f9e6e',
      },
    ];
    return {
      grid: { left: 54, right: 54, top: 36, bottom: 40 },
      legend: { top: 0, textStyle: { color: '#7b8794' } },
      xAxis: { type: 'value', name: 'step', nameLocation: 'middle', nameGap: 24 },
      yAxis: [
        { type: 'value', name: 'loss', scale: true },
        { type: 'value', name: 'Dice', min: 0, max: 1, splitLine: { show: false } },
      ],
      series,
    };
  }, [points]);
  const last = points.at(-1);
  if (!last) {
    return (
      <Text size="sm" c="dimmed" py="xl" ta="center">
        The loss appears here as soon as the worker reports the first steps.
      </Text>
    );
  }
  return (
    <>
      <Text size="sm" mb="xs" data-testid="training-points" data-points={points.length}>
        Does the loss still fall? Step {number(last.step)}: {number(last.loss, 3)}
      </Text>
      <Chart option={option} height={280} label="Training loss by step" />
    </>
  );
}
