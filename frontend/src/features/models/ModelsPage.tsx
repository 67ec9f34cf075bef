import { Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { api } from '../../api/client';
import { useMay } from '../../api/queries';
import type { ModelBrief, TrainingRun } from '../../api/types';
import { when } from '../../components/format';
import { List, Rows } from '../../components/list';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { ModelFlags, State } from '../../components/State';

interface ModelRow extends ModelBrief {
  licence: string;
  summary: string;
  created_at: string;
  gate_passed: boolean | null;
}

export function ModelsPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const query = useQuery({
    queryKey: ['models', slug],
    queryFn: () => api.get<{ champion: ModelBrief | null; models: ModelRow[] }>(`/projects/${slug}/models/`),
  });
  return (
    <Page
      title="Models"
      note="One champion drafts. A challenger takes its place only through the gate and with a second person’s approval."
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      actions={
        <Group gap="xs">
          {(may('train') || may('approve_model')) && (
            <Button component={Link} to={`/p/${slug}/models/drift`} variant="default">
              Drift
            </Button>
          )}
          <Button component={Link} to={`/p/${slug}/models/gate-plan`} variant="default">
            Gate plan
          </Button>
        </Group>
      }
    >
      <Loaded query={query} label="Loading models">
        {({ champion, models }) => (
          <Stack gap="xl" maw={1080}>
            <Paper withBorder p="md">
              <Text size="xs" c="dimmed">
                Champion
              </Text>
              {champion ? (
                <Group gap="xs">
                  <Anchor component={Link} to={`/p/${slug}/models/${champion.id}`} fw={650}>
                    {champion.name} {champion.version}
                  </Anchor>
                  <ModelFlags model={champion} />
                </Group>
              ) : (
                <Text size="sm">None: readers contour from nothing.</Text>
              )}
            </Paper>
            {models.length === 0 ? (
              <Empty title="No models">The starting model is chosen when a project is made.</Empty>
            ) : (
              <Rows
                rows={models}
                rowKey={(row) => row.id}
                columns={[
                  {
                    title: 'Model',
                    render: (row) => (
                      <>
                        <Group gap={6}>
                          <Anchor component={Link} to={`/p/${slug}/models/${row.id}`} fw={600} size="sm">
                            {row.name} {row.version}
                          </Anchor>
                          <ModelFlags model={row} />
                        </Group>
                        <Text size="xs" c="dimmed" lineClamp={2}>
                          {row.summary}
                        </Text>
                      </>
                    ),
                  },
                  { title: 'State', width: 120, render: (row) => <State value={row.state} /> },
                  { title: 'Gate', width: 110, render: (row) => <GateSign passed={row.gate_passed} /> },
                  { title: 'Licence', width: 200, render: (row) => row.licence || '–' },
                  { title: 'Since', width: 170, render: (row) => when(row.created_at) },
                ]}
              />
            )}
            {may('train') && <Runs slug={slug} />}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

export function GateSign({ passed }: { passed: boolean | null }) {
  if (passed === null) return <Text size="sm">–</Text>;
  return (
    <Badge color={passed ? 'green' : 'red'} variant="light" radius="sm" tt="none">
      {passed ? 'passed' : 'refused'}
    </Badge>
  );
}

function Runs({ slug }: { slug: string }) {
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        Training runs
      </Title>
      <List<TrainingRun>
        path={`/projects/${slug}/training-runs/`}
        queryKey={['training-runs', slug]}
        noun="training run"
        searchable={false}
        rowKey={(row) => row.id}
        empty={
          <Text size="sm" c="dimmed">
            None yet. Open a <Anchor underline="always" component={Link} to={`/p/${slug}/datasets`} size="sm">dataset</Anchor> and press Train a model.
          </Text>
        }
        columns={[
          {
            title: 'Run',
            render: (row) => (
              <Anchor component={Link} to={`/p/${slug}/training/${row.id}`} size="sm" fw={600}>
                {row.dataset.name} · version {row.dataset.version}
              </Anchor>
            ),
          },
          { title: 'From', render: (row) => `${row.base_model.name} ${row.base_model.version}` },
          { title: 'State', width: 120, render: (row) => <State value={row.job.state} /> },
          { title: 'Made', render: (row) => (row.model ? `${row.model.name} ${row.model.version}` : '–') },
          { title: 'When', width: 170, render: (row) => when(row.created_at) },
        ]}
      />
    </section>
  );
}
