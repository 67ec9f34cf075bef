import { Alert, Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';

import { api } from '../../api/client';
import { useMay } from '../../api/queries';
import type { DatasetDetail, ModelBrief, TrainingRun } from '../../api/types';
import { plural, when, words } from '../../components/format';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { PhantomFlag, State } from '../../components/State';
import { Datasheet } from './Datasheet';
import { Difference } from './Difference';
import { Exports } from './Exports';
import { TrainDialog } from './TrainDialog';

export function DatasetPage() {
  const { slug = '', id = '' } = useParams();
  const may = useMay(slug);
  const navigate = useNavigate();
  const [training, setTraining] = useState(false);
  const query = useQuery({ queryKey: ['dataset', id], queryFn: () => api.get<DatasetDetail>(`/datasets/${id}/`) });
  const models = useQuery({
    queryKey: ['models', slug],
    queryFn: () => api.get<{ champion: ModelBrief | null; models: ModelBrief[] }>(`/projects/${slug}/models/`),
    enabled: may('train'),
  });
  return (
    <Loaded query={query} label="Loading the dataset">
      {(dataset) => (
        <Page
          width={980}
          title={`${dataset.name} · version ${dataset.version}`}
          trail={[{ label: 'Datasets', to: `/p/${slug}/datasets` }]}
          note={`${plural(dataset.n_items, 'case')}, frozen by ${dataset.frozen_by}, ${when(dataset.created_at)}`}
          actions={may('train') && !dataset.withdrawn_at && <Button onClick={() => setTraining(true)}>Train a model</Button>}
        >
          <Stack gap="lg">
            {dataset.withdrawn_at && (
              <Alert color="orange">
                A subject of this version was withdrawn on {when(dataset.withdrawn_at)}. It is not exported or trained on any more. Freeze a new
                version: it leaves the subject out.
              </Alert>
            )}
            {dataset.n_reopened > 0 && (
              <Alert color="orange">
                {plural(dataset.n_reopened, 'case')} of this version {dataset.n_reopened === 1 ? 'was' : 'were'} reopened after it was frozen: what was signed
                then may not hold any more. Freeze a new version once they are locked again.
              </Alert>
            )}
            <Text size="sm" c="dimmed">
              Content hash <code>{dataset.content_hash}</code>
              {dataset.has_manifest && (
                <>
                  {' '}
                  · <Anchor href={`/api/v1/datasets/${dataset.id}/manifest/`}>Manifest</Anchor>
                </>
              )}
              {may('manage_datasets') && !dataset.withdrawn_at && (
                <>
                  {' '}
                  · Numbers and answers: <Anchor href={`/api/v1/datasets/${dataset.id}/measurements/`}>Parquet</Anchor>,{' '}
                  <Anchor href={`/api/v1/datasets/${dataset.id}/measurements/?as=csv`}>CSV</Anchor>
                </>
              )}
            </Text>
            <Exports dataset={dataset} mayExport={may('manage_datasets') && !dataset.withdrawn_at} />
            <section>
              <Title order={2} fz="md" mb="xs">
                Cases
              </Title>
              <Rows
                rows={dataset.items}
                rowKey={(row) => row.id}
                columns={[
                  {
                    title: 'Case',
                    render: (row) => (
                      <Group gap={6}>
                        {row.label} {row.is_phantom && <PhantomFlag />} {row.withdrawn && <State value="withdrawn" />} {row.reopened && <State value="reopened" />}
                      </Group>
                    ),
                  },
                  { title: 'Split', width: 120, render: (row) => row.split },
                  { title: 'Class', width: 140, render: (row) => (row.class ? words(row.class) : '–') },
                  { title: 'Reference digest', width: 160, render: (row) => <code>{row.digest.slice(0, 12)}</code> },
                ]}
              />
            </section>
            <Difference slug={slug} dataset={dataset} />
            <Datasheet sheet={dataset.datasheet} />
          </Stack>
          <TrainDialog
            slug={slug}
            dataset={dataset}
            champion={models.data?.champion ?? null}
            models={models.data?.models ?? []}
            opened={training}
            onClose={() => setTraining(false)}
            onStarted={(run: TrainingRun) => void navigate(`/p/${slug}/training/${run.id}`)}
          />
        </Page>
      )}
    </Loaded>
  );
}
