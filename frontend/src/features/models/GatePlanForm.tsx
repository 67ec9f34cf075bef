import { Button, Checkbox, Group, NumberInput, Paper, SimpleGrid, Stack, Textarea, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, fieldErrors } from '../../api/client';
import { SignDialog } from '../../components/SignDialog';
import { type GatePlan, type Rules, RULES, rulesOf, typedOf } from './gatePlan';

const MEANING = 'I state how models of this project are judged, before they are trained.';

interface Props {
  slug: string;
  newest: GatePlan | null;
  defaults: Rules;
  onDone: () => void;
}

/** A new version, starting from the one in force. Nothing is kept before it is signed. */
export function GatePlanForm({ slug, newest, defaults, onDone }: Props) {
  const client = useQueryClient();
  const start = newest?.rules ?? defaults;
  const [typed, setTyped] = useState(() => typedOf(start));
  const [byInterval, setByInterval] = useState(start.by_interval);
  const [texts, setTexts] = useState({
    may_change: newest?.may_change ?? '',
    protocol: newest?.protocol ?? '',
    impact: newest?.impact ?? '',
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [signing, setSigning] = useState(false);
  const text = (name: keyof typeof texts) => ({
    value: texts[name],
    onChange: (event: { currentTarget: { value: string } }) => setTexts({ ...texts, [name]: event.currentTarget.value }),
    error: errors[name] ?? null,
    autosize: true,
    minRows: 2,
    maxLength: 2000,
    required: true,
  });
  const send = async (password: string) => {
    setErrors({});
    try {
      await api.post(`/projects/${slug}/gate-plans/`, { password, meaning: MEANING, rules: rulesOf(typed, byInterval), ...texts });
    } catch (error) {
      setErrors(fieldErrors(error));
      throw error;
    }
    await client.invalidateQueries({ queryKey: ['gate-plans', slug] });
    notifications.show({ message: 'The gate plan is stated.', color: 'green' });
    onDone();
  };
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="sm">
        {newest ? `Version ${newest.version + 1}` : 'Version 1'}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setSigning(true);
        }}
      >
        <Stack gap="sm">
          <Textarea label="What may change" placeholder="Weights, by training on references of this project." {...text('may_change')} data-autofocus />
          <Textarea label="How it is tested" placeholder="Beside the champion on the frozen test set of site B." {...text('protocol')} />
          <Textarea label="What it means for readers" placeholder="Drafts change; people still decide." {...text('impact')} />
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {RULES.map((rule) => (
              <NumberInput
                key={rule.name}
                label={rule.label}
                value={typed[rule.name]}
                onChange={(value) => setTyped({ ...typed, [rule.name]: value })}
                step={rule.step}
                error={errors[rule.name] ?? null}
                required
              />
            ))}
          </SimpleGrid>
          <Checkbox
            label="Margins hold for the unfavourable end of the 95 % interval"
            description="Stricter: needs enough test cases to be sure. The worst case and groups are judged by what was seen all the same."
            checked={byInterval}
            onChange={(event) => setByInterval(event.currentTarget.checked)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onDone}>
              Cancel
            </Button>
            <Button type="submit">State and sign</Button>
          </Group>
        </Stack>
      </form>
      <SignDialog
        opened={signing}
        title="State the gate plan"
        meaning={MEANING}
        covers="It judges the models whose training starts from now on, and can’t be changed: only a new version can be stated."
        action="Sign"
        onClose={() => setSigning(false)}
        onSign={send}
      />
    </Paper>
  );
}
