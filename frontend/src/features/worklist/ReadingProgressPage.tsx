import { Alert, Badge, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { useMay } from '../../api/queries';
import { Chart } from '../../components/Chart';
import { AXIS } from '../../components/chartStyle';
import { day, ago, number } from '../../components/format';
import { Rows } from '../../components/list';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { ReasonDialog } from '../../components/ReasonDialog';
import { Block } from './Block';
import { PlanDialog } from './PlanDialog';
import { type Progress, type ReaderProgress } from './planning';
import { TrainingBlock } from './TrainingBlock';

/** Who reads how much, how fast, and when it may be done. */
export function ReadingProgressPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const [planning, setPlanning] = useState(false);
  const query = useQuery({
    queryKey: ['reading', slug],
    queryFn: ({ signal }) => api.get<Progress>(`/projects/${slug}/reading/`, signal),
    refetchInterval: 60_000,
  });
  return (
    <Page
      width={1080}
      title="Reading"
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      actions={
        <>
          <Button variant="default" component="a" href={`/api/v1/projects/${slug}/reading/export/`} download>
            Export CSV
          </Button>
          {may('assign_reads') && (
            <Button variant="default" component={Link} to={`/p/${slug}/reading/strata`}>
              Strata and conflicts
            </Button>
          )}
          {may('assign_reads') && <Button onClick={() => setPlanning(true)}>Plan assignments</Button>}
        </>
      }
    >
      <Loaded query={query} label="Loading the progress of reading">
        {(progress) => (
          <Stack gap="lg">
            <Tiles progress={progress} />
            <Readers slug={slug} progress={progress} />
            <Pace progress={progress} />
            {may('assign_reads') && <TrainingBlock slug={slug} />}
          </Stack>
        )}
      </Loaded>
      {planning && <PlanDialog slug={slug} caseIds={null} onClose={() => setPlanning(false)} />}
    </Page>
  );
}

function Tiles({ progress }: { progress: Progress }) {
  const tiles: [string, string, boolean?][] = [
    ['Open reads', number(progress.open)],
    ['Not assigned yet', number(progress.unassigned)],
    ['Overdue', number(progress.overdue), progress.overdue > 0],
    ['Reads a week', number(progress.per_week, 1)],
    ['Done by, at this pace', progress.open + progress.unassigned === 0 ? 'done' : progress.done_by ? day(progress.done_by) : 'not known yet'],
  ];
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
      {tiles.map(([title, value, bad]) => (
        <Paper key={title} withBorder p="sm">
          <Text size="xs" c="dimmed">
            {title}
          </Text>
          <Text fz={20} fw={650} c={bad ? 'var(--accord-bad)' : undefined!}>
            {value}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

type Pausing = { user_id: string | null; name: string };

function Readers({ slug, progress }: { slug: string; progress: Progress }) {
  const may = useMay(slug);
  const client = useQueryClient();
  const [pausing, setPausing] = useState<Pausing | null>(null);
  const resume = async (user_id: string | null) => {
    try {
      await api.post(`/projects/${slug}/reading/resume/`, { user_id });
      await client.invalidateQueries({ queryKey: ['reading', slug] });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  const assigns = may('assign_reads');
  const trained = progress.readers.some((row) => row.admitted !== null);
  return (
    <Paper withBorder p="md" component="section" aria-label="Readers">
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="md">
          Readers
        </Title>
        {assigns && !progress.paused && (
          <Button size="compact-sm" variant="default" onClick={() => setPausing({ user_id: null, name: 'the whole project' })}>
            Pause all reading
          </Button>
        )}
      </Group>
      {progress.paused && (
        <Alert color="orange" mb="sm" title="Reading is paused in the whole project">
          <Group justify="space-between">
            <Text size="sm">{progress.pause_reason}</Text>
            {assigns && (
              <Button size="compact-sm" onClick={() => void resume(null)}>
                Resume
              </Button>
            )}
          </Group>
        </Alert>
      )}
      {progress.readers.length === 0 ? (
        <Empty title="No readers in this project">The owner brings them in on the Team page.</Empty>
      ) : (
        <Rows<ReaderProgress>
          minWidth={820}
          rows={progress.readers}
          rowKey={(row) => row.user_id}
          columns={[
            { title: 'Reader', render: (row) => <Name row={row} trained={trained} /> },
            { title: 'Assigned', width: 90, numeric: true, render: (row) => number(row.assigned) },
            { title: 'In progress', width: 100, numeric: true, render: (row) => number(row.in_progress) },
            { title: 'Submitted', width: 95, numeric: true, render: (row) => number(row.submitted) },
            {
              title: 'Overdue',
              width: 85,
              numeric: true,
              render: (row) => (
                <Text span size="sm" c={row.overdue ? 'var(--accord-bad)' : undefined!}>
                  {number(row.overdue)}
                </Text>
              ),
            },
            { title: 'Of these second', width: 125, numeric: true, render: (row) => number(row.duplicates) },
            { title: 'Last submitted', width: 130, render: (row) => (row.last_submitted_at ? ago(row.last_submitted_at) : '–') },
            {
              title: 'Change',
              width: 90,
              render: (row) =>
                !assigns || !row.reads_still ? null : row.paused ? (
                  <Button size="compact-xs" variant="default" aria-label={`Resume ${row.name}`} onClick={() => void resume(row.user_id)}>
                    Resume
                  </Button>
                ) : (
                  <Button size="compact-xs" variant="default" aria-label={`Pause ${row.name}`} onClick={() => setPausing(row)}>
                    Pause
                  </Button>
                ),
            },
          ]}
        />
      )}
      {pausing && (
        <ReasonDialog
          title={`Pause ${pausing.name}`}
          description="Nothing is saved until reading is resumed; work that was done stays. Readers are told."
          action="Pause"
          send={({ reason }) => api.post(`/projects/${slug}/reading/pause/`, { user_id: pausing.user_id, reason })}
          onClose={() => setPausing(null)}
        />
      )}
    </Paper>
  );
}

function Name({ row, trained }: { row: ReaderProgress; trained: boolean }) {
  const flags: [boolean, string, string][] = [
    [row.paused, 'paused', row.pause_reason],
    [!row.reads_still, 'left the team', ''],
    [trained && row.admitted === false, 'not admitted', 'Has not passed the training'],
    [row.conflicts > 0, 'conflict of interest', `${row.conflicts} declared`],
  ];
  return (
    <Group gap={6}>
      <Text size="sm">{row.name}</Text>
      {flags.map(([shown, text, title]) =>
        shown ? (
          <Badge key={text} variant="light" color="orange" radius="sm" tt="none" title={title}>
            {text}
          </Badge>
        ) : null,
      )}
    </Group>
  );
}

function Pace({ progress }: { progress: Progress }) {
  const option = useMemo(
    () => ({
      grid: { left: 40, right: 16, top: 12, bottom: 26 },
      xAxis: { type: 'category', data: progress.weeks.map((row) => day(row.start)), axisLabel: AXIS.axisLabel },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 3, ...AXIS },
      series: [{ type: 'line', step: 'middle', showSymbol: true, name: 'Submitted', data: progress.weeks.map((row) => row.submitted) }],
    }),
    [progress.weeks],
  );
  const total = progress.weeks.reduce((sum, row) => sum + row.submitted, 0);
  return (
    <Block title="Reads submitted by week">
      {total === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing was submitted in the last twelve weeks.
        </Text>
      ) : (
        <Chart option={option} height={180} label={`Reads submitted by week: ${total} in twelve weeks`} />
      )}
    </Block>
  );
}
