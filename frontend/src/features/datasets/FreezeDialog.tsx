import { Alert, Button, Checkbox, Group, Modal, MultiSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';

import { api } from '../../api/client';
import type { DatasetDetail } from '../../api/types';
import { plural } from '../../components/format';
import { useForm } from '../../components/useForm';

interface Props {
  slug: string;
  opened: boolean;
  locked: number;
  sites: string[];
  onClose: () => void;
}

const START = {
  name: 'cine',
  seed: 1,
  train: 70,
  validation: 15,
  sites: [] as string[],
  holdout: [] as string[],
  phantoms: true,
  raw_reads: false,
  licence: '',
  consent: '',
};

export function FreezeDialog({ slug, opened, locked, sites, onClose }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useForm(START, async ({ train, validation, holdout, ...rest }) => {
    const fractions = { train: train / 100, validation: validation / 100, test: Math.max(0, 100 - train - validation) / 100 };
    const made = await api.post<DatasetDetail>(`/projects/${slug}/datasets/`, { ...rest, fractions, holdout_sites: holdout });
    await client.invalidateQueries({ queryKey: ['datasets'] });
    void navigate(`/p/${slug}/datasets/${made.id}`);
  });
  const { values } = form;
  return (
    <Modal opened={opened} onClose={onClose} title="Freeze a dataset version" centered size="lg">
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && <Alert color="red">{form.problem}</Alert>}
          <Text size="sm">
            {locked === 0
              ? 'No case is locked yet: there is nothing to freeze.'
              : `${plural(locked, 'locked case')} can go in. A patient’s cases, and cases that share images, stay in one split.`}
          </Text>
          <TextInput label="Name" required data-autofocus {...form.text('name')} />
          <MultiSelect label="Sites" placeholder={values.sites.length ? '' : 'All'} data={sites} value={values.sites} onChange={(v) => form.set('sites', v)} />
          <Group grow>
            <NumberInput label="Training, %" min={0} max={100} value={values.train} onChange={(v) => form.set('train', Number(v))} />
            <NumberInput label="Validation, %" min={0} max={100} value={values.validation} onChange={(v) => form.set('validation', Number(v))} />
            <NumberInput label="Test, %" value={Math.max(0, 100 - values.train - values.validation)} readOnly />
          </Group>
          <MultiSelect
            label="Sites held out"
            description="Their patients are for testing; the others are divided by the shares above."
            placeholder={values.holdout.length ? '' : 'None'}
            data={sites}
            value={values.holdout}
            onChange={(v) => form.set('holdout', v)}
          />
          <NumberInput label="Seed of the split" min={0} value={values.seed} onChange={(v) => form.set('seed', Number(v))} />
          <Group>
            <Checkbox label="Phantoms too" checked={values.phantoms} onChange={(e) => form.set('phantoms', e.currentTarget.checked)} />
            <Checkbox
              label="Every reader’s raw read, under pseudonyms"
              checked={values.raw_reads}
              onChange={(e) => form.set('raw_reads', e.currentTarget.checked)}
            />
          </Group>
          <Group grow>
            <TextInput label="Licence" placeholder="CC-BY-4.0, or not recorded" {...form.text('licence')} />
            <TextInput label="Consent" placeholder="Under what consent, or not recorded" {...form.text('consent')} />
          </Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={form.busy} disabled={locked === 0}>
              Freeze
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
