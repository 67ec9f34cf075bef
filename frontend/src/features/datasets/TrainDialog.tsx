import { Alert, Button, Group, Modal, NumberInput, Select, Stack, Text } from '@mantine/core';

import { api } from '../../api/client';
import type { DatasetDetail, ModelBrief, TrainingRun } from '../../api/types';
import { useForm } from '../../components/useForm';

interface Props {
  slug: string;
  dataset: DatasetDetail;
  champion: ModelBrief | null;
  models: ModelBrief[];
  opened: boolean;
  onClose: () => void;
  onStarted: (run: TrainingRun) => void;
}

export function TrainDialog({ slug, dataset, champion, models, opened, onClose, onStarted }: Props) {
  const base = (chosen: string) => chosen || (champion?.id ?? null);
  const form = useForm({ base_model_id: '', steps: 120, lr: 0.001, batch: 8, seed: 1 }, async (values) => {
    const body = { ...values, dataset_id: dataset.id, base_model_id: base(values.base_model_id) };
    onStarted(await api.post<TrainingRun>(`/projects/${slug}/training-runs/`, body));
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Train on ${dataset.name} · version ${dataset.version}`} centered>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && <Alert color="red">{form.problem}</Alert>}
          <Select
            label="Start from"
            data={models.map((m) => ({ value: m.id, label: `${m.name} ${m.version}${m.id === champion?.id ? ' (champion)' : ''}` }))}
            value={base(form.values.base_model_id)}
            onChange={(value) => form.set('base_model_id', value ?? '')}
          />
          <Group grow>
            <NumberInput label="Steps" min={1} max={100_000} value={form.values.steps} onChange={(v) => form.set('steps', Number(v))} />
            <NumberInput label="Learning rate" min={0.000001} max={0.1} step={0.0005} decimalScale={6} value={form.values.lr} onChange={(v) => form.set('lr', Number(v))} />
          </Group>
          <Group grow>
            <NumberInput label="Batch" min={1} max={64} value={form.values.batch} onChange={(v) => form.set('batch', Number(v))} />
            <NumberInput label="Seed" min={0} value={form.values.seed} onChange={(v) => form.set('seed', Number(v))} />
          </Group>
          <Text size="sm" c="dimmed">
            What comes out is a challenger. It drafts nothing until it has passed the gate and a second person has approved it.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={form.busy} disabled={base(form.values.base_model_id) === null}>
              Start training
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
