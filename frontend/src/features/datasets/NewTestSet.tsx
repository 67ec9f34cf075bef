import { Alert, Button, Group, Modal, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import { useForm } from '../../components/useForm';
import { choiceOf, type Free, type Kind, wordsFor } from './testSetSize';

/** Freezing phantoms or patients whose cases are locked, for tests alone. */
export function NewTestSet({ slug, opened, onClose }: { slug: string; opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm({ name: '', kind: 'phantom' as Kind, n: null as number | null, seed: 1 }, async (values) => {
    await api.post(`/projects/${slug}/test-sets/`, { ...values, n });
    await Promise.all(['test-sets', 'datasets', 'free-cases'].map((key) => client.invalidateQueries({ queryKey: [key] })));
    onClose();
  });
  const { kind } = form.values;
  const free = useQuery({
    queryKey: ['free-cases', slug],
    queryFn: () => api.get<Free>(`/projects/${slug}/test-sets/free/`),
    enabled: opened && kind === 'cases',
  });
  const { most, suggested } = choiceOf(kind, free.data);
  const n = form.values.n ?? suggested;
  const words = wordsFor(kind, n, free.data);
  return (
    <Modal opened={opened} onClose={onClose} title="Freeze a test set" centered>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && <Alert color="red">{form.problem}</Alert>}
          <TextInput label="Name" required data-autofocus {...form.text('name')} />
          <SegmentedControl
            data={[
              { value: 'phantom', label: 'Phantoms' },
              { value: 'cases', label: 'Locked cases' },
            ]}
            value={kind}
            onChange={(value) => {
              form.set('kind', value as Kind);
              form.set('n', null);
            }}
          />
          <Text size="sm" c="dimmed" aria-live="polite">
            {words.note}
          </Text>
          <NumberInput
            label={words.label}
            min={1}
            max={Math.max(most, 1)}
            allowDecimal={false}
            disabled={most === 0}
            value={n}
            error={form.errors.n ?? null}
            onChange={(value) => form.set('n', Number(value))}
          />
          <NumberInput label="Seed" min={0} max={9999} value={form.values.seed} onChange={(v) => form.set('seed', Number(v))} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={form.busy} disabled={n < 1 || n > most}>
              {words.button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
