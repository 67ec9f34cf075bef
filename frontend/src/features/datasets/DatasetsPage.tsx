import { Anchor, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { api } from '../../api/client';
import { useMay } from '../../api/queries';
import type { Dataset, TestSet } from '../../api/types';
import { number, plural, when } from '../../components/format';
import { List } from '../../components/list';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { PhantomFlag } from '../../components/State';
import { ReopenedData } from '../../components/ReopenedData';
import { WithdrawnData } from '../../components/WithdrawnData';
import { FreezeDialog } from './FreezeDialog';
import { NewTestSet } from './NewTestSet';

export function DatasetsPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const [freezing, setFreezing] = useState(false);
  const query = useQuery({
    queryKey: ['datasets', slug, 'to-freeze'],
    queryFn: () => api.get<{ locked_cases: number; sites: string[] }>(`/projects/${slug}/datasets/?page_size=1`),
  });
  return (
    <Page
      width={980}
      title="Datasets"
      note="Immutable selections of reference standards, split by patient."
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      actions={may('manage_datasets') && <Button onClick={() => setFreezing(true)}>Freeze a dataset version</Button>}
    >
      <Stack gap="xl">
        <Loaded query={query} label="Loading datasets">
          {({ locked_cases }) => (
            <List<Dataset>
              path={`/projects/${slug}/datasets/`}
              queryKey={['datasets', slug]}
              noun="dataset"
              searchable={false}
              rowKey={(row) => row.id}
              empty={
                <Empty title="No dataset yet">
                  {locked_cases === 0
                    ? 'A dataset is made of locked cases. None is locked so far: adjudicators sign them.'
                    : `${plural(locked_cases, 'locked case')} can go into the first version.`}
                </Empty>
              }
            columns={[
              {
                title: 'Dataset',
                render: (row) => (
                  <Group gap={6}>
                    <Anchor component={Link} to={`/p/${slug}/datasets/${row.id}`} fw={600} size="sm">
                      {row.name} · version {row.version}
                    </Anchor>
                    {row.withdrawn_at && <WithdrawnData />}
                    {row.n_reopened > 0 && <ReopenedData cases={row.n_reopened} />}
                  </Group>
                ),
              },
              { title: 'Cases', numeric: true, width: 80, render: (row) => number(row.n_items) },
              { title: 'Content hash', width: 140, render: (row) => <code>{row.content_hash.slice(0, 12)}</code> },
              { title: 'Frozen by', width: 180, render: (row) => row.frozen_by },
              { title: 'When', width: 170, render: (row) => when(row.created_at) },
            ]}
            />
          )}
        </Loaded>
        <TestSets slug={slug} />
      </Stack>
      <FreezeDialog slug={slug} opened={freezing} locked={query.data?.locked_cases ?? 0} sites={query.data?.sites ?? []} onClose={() => setFreezing(false)} />
    </Page>
  );
}

function TestSets({ slug }: { slug: string }) {
  const may = useMay(slug);
  const [making, setMaking] = useState(false);
  if (!may('view_models')) return null;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="md">
          Frozen test sets
        </Title>
        {may('freeze_test_sets') && (
          <Button size="compact-sm" variant="default" onClick={() => setMaking(true)}>
            Freeze a test set
          </Button>
        )}
      </Group>
      <List<TestSet>
        path={`/projects/${slug}/test-sets/`}
        queryKey={['test-sets', slug]}
        noun="test set"
        searchable={false}
        pageParam="sets"
        rowKey={(row) => row.id}
        empty={
          <Text size="sm" c="dimmed">
            None yet. Quality freezes them; challengers are compared with the champion on them.
          </Text>
        }
        columns={[
          {
            title: 'Test set',
            render: (row) => (
              <Group gap={6}>
                {row.name} {row.is_phantom ? <PhantomFlag /> : <Badge variant="outline">locked cases</Badge>}
                {row.withdrawn_at && <WithdrawnData />}
                {row.n_reopened > 0 && <ReopenedData cases={row.n_reopened} />}
              </Group>
            ),
          },
          { title: 'Cases', numeric: true, width: 80, render: (row) => number(row.n_items) },
          { title: 'Content hash', width: 140, render: (row) => <code>{row.content_hash.slice(0, 12)}</code> },
          { title: 'When', width: 170, render: (row) => when(row.created_at) },
        ]}
      />
      <NewTestSet slug={slug} opened={making} onClose={() => setMaking(false)} />
    </section>
  );
}
