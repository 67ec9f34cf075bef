import { Alert, Button, Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { useMay } from '../../api/queries';
import type { DatasetDetail, ModelBrief, TrainingRun } from '../../api/types';
import { plural, when, words } from '../../components/format';
import { JobLine } from '../../components/JobLine';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { PhantomFlag, State } from '../../components/State';
import { TrainDialog } from './TrainDialog';

const FORMATS = [
  { value: 'dicom_seg', label: 'DICOM SEG' },
  { value: 'nifti', label: 'NIfTI' },
  { value: 'nnunet', label: 'nnU-Net layout' },
];

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
          title={`${dataset.name} · version ${dataset.version}`}
          trail={[{ label: 'Datasets', to: `/p/${slug}/datasets` }]}
          note={`${plural(dataset.n_items, 'case')}, frozen by ${dataset.frozen_by}, ${when(dataset.created_at)}`}
          actions={may('train') && !dataset.withdrawn_at && <Button onClick={() => setTraining(true)}>Train a model</Button>}
        >
          <Stack gap="lg" maw={980}>
            {dataset.withdrawn_at && (
              <Alert color="orange">
                A subject of this version was withdrawn on {when(dataset.withdrawn_at)}. It is not exported or trained on any more. Freeze a new
                version: it leaves the subject out.
              </Alert>
            )}
            <Text size="sm" c="dimmed">
              Content hash <code>{dataset.content_hash}</code>
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
                        {row.label} {row.is_phantom && <PhantomFlag />} {row.withdrawn && <State value="withdrawn" />}
                      </Group>
                    ),
                  },
                  { title: 'Split', width: 120, render: (row) => row.split },
                  { title: 'Class', width: 140, render: (row) => (row.class ? words(row.class) : '–') },
                  { title: 'Reference digest', width: 160, render: (row) => <code>{row.digest.slice(0, 12)}</code> },
                ]}
              />
            </section>
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

function Exports({ dataset, mayExport }: { dataset: DatasetDetail; mayExport: boolean }) {
  const client = useQueryClient();
  const [formats, setFormats] = useState(['dicom_seg', 'nifti', 'nnunet']);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async () => {
    setProblem(null);
    try {
      await api.post(`/datasets/${dataset.id}/exports/`, { formats });
      await client.invalidateQueries({ queryKey: ['dataset', dataset.id] });
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Export
      </Title>
      {problem && (
        <Alert color="red" mb="xs">
          {problem}
        </Alert>
      )}
      {mayExport && (
        <Group>
          <Checkbox.Group value={formats} onChange={setFormats} aria-label="Formats">
            <Group gap="md">
              {FORMATS.map((format) => (
                <Checkbox key={format.value} value={format.value} label={format.label} />
              ))}
            </Group>
          </Checkbox.Group>
          <Button size="compact-sm" variant="default" disabled={formats.length === 0} onClick={() => void ask()}>
            Export
          </Button>
        </Group>
      )}
      <Stack gap="xs" mt="sm">
        {dataset.exports.map((row) => (
          <Group key={row.id} align="flex-start">
            <Stack gap={0} flex={1}>
              <JobLine job={row.job} />
            </Stack>
            {row.download_url && (
              <Button component="a" href={row.download_url} size="compact-sm" variant="light" download>
                Download
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

function Datasheet({ sheet }: { sheet: Record<string, unknown> }) {
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        Datasheet
      </Title>
      <Rows
        rows={Object.entries(sheet)}
        rowKey={([name]) => name}
        columns={[
          { title: 'Item', width: 220, render: ([name]) => words(name) },
          { title: 'Content', render: ([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)) },
        ]}
      />
    </section>
  );
}
