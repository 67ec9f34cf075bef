import { Alert, Button, Group, Paper, Radio, Stack, Stepper, Switch, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { api } from '../../api/client';
import { queryClient } from '../../api/queries';
import type { Project, ReadyProtocol } from '../../api/types';
import { Deidentify } from '../../components/Deidentify';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { ModelFlags } from '../../components/State';
import { useForm } from '../../components/useForm';

interface Starting {
  name: string;
  title: string;
  licence: string;
  summary: string;
  noncommercial: boolean;
  demonstration: boolean;
}

const START = {
  name: '',
  description: '',
  owner_email: '',
  protocol: '',
  reads_per_case: 2,
  ai_visible: true,
  starting_model: 'cine-sax-free',
  deidentification: { on: true, options: ['dates', 'patient'] },
};

/** Four steps: what and whose, what is taken out of its files, how it is read, which AI drafts. */
export function NewProjectPage() {
  const navigate = useNavigate();
  const [step, setStep] = useState(0);
  const form = useForm(START, async (values) => {
    const project = await api.post<Project>('/projects/', values);
    await queryClient.invalidateQueries({ queryKey: ['projects'] });
    void navigate(`/p/${project.slug}`);
  });
  const wrong = form.problem ?? Object.values(form.errors)[0];
  return (
    <Page width={820} title="New project" trail={[{ label: 'Projects', to: '/projects' }]}>
      <Paper withBorder p="lg">
        <Stepper active={step} onStepClick={setStep} size="sm" mb="lg">
          <Stepper.Step label="Project" description="Name and owner" />
          <Stepper.Step label="Privacy" description="What files keep" />
          <Stepper.Step label="Reading" description="How cases are read" />
          <Stepper.Step label="AI" description="Which model drafts" />
        </Stepper>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (step < 3) setStep(step + 1);
            else void form.submit();
          }}
        >
          {wrong && (
            <Alert color="red" mb="sm" role="alert">
              {wrong}
            </Alert>
          )}
          {step === 0 && <What form={form} />}
          {step === 1 && <Deidentify value={form.values.deidentification} set={(choice) => form.set('deidentification', choice)} />}
          {step === 2 && <How form={form} />}
          {step === 3 && <Which value={form.values.starting_model} set={(name) => form.set('starting_model', name)} />}
          <Group justify="flex-end" mt="lg">
            {step > 0 && (
              <Button variant="default" onClick={() => setStep(step - 1)}>
                Back
              </Button>
            )}
            <Button type="submit" loading={form.busy} disabled={form.values.name.trim() === ''}>
              {step < 3 ? 'Next' : 'Create the project'}
            </Button>
          </Group>
        </form>
      </Paper>
    </Page>
  );
}

type Form = ReturnType<typeof useForm<typeof START>>;

function What({ form }: { form: Form }) {
  return (
    <Stack gap="sm">
      <TextInput label="Name" placeholder="LV function trial" required autoFocus {...form.text('name')} />
      <Textarea label="What is it about?" autosize minRows={2} {...form.text('description')} />
      <TextInput
        label="Owner’s e-mail"
        description="The owner brings in the team and sets the protocol. Empty: you."
        {...form.text('owner_email')}
      />
    </Stack>
  );
}

function How({ form }: { form: Form }) {
  const ready = useQuery({ queryKey: ['ready-protocols'], queryFn: () => api.get<ReadyProtocol[]>('/ready-protocols/'), staleTime: Infinity });
  return (
    <Stack gap="md">
      <Loaded query={ready} label="Loading ready protocols">
        {(rows) => (
          <Radio.Group value={form.values.protocol} onChange={(key) => form.set('protocol', key)} label="Protocol" description="The owner can change it, and add others.">
            <Stack gap="sm" mt="xs">
              <Radio
                value=""
                label="LV and RV function"
                description="Two readers contour both ventricles blind to one another and name the class; then their reads are compared and settled."
              />
              {rows.map(({ key, summary, document }) => (
                <Radio key={key} value={key} label={document.name} description={summary} />
              ))}
            </Stack>
          </Radio.Group>
        )}
      </Loaded>
      {form.values.protocol === '' && (
        <Switch
          label="Readers see the AI’s draft from the start"
          description="Off: every reader contours from nothing, and the AI’s work stays hidden."
          checked={form.values.ai_visible}
          onChange={(event) => form.set('ai_visible', event.currentTarget.checked)}
        />
      )}
    </Stack>
  );
}

function Which({ value, set }: { value: string; set: (name: string) => void }) {
  const query = useQuery({ queryKey: ['starting-models'], queryFn: () => api.get<Starting[]>('/starting-models/') });
  return (
    <Loaded query={query} label="Loading models">
      {(models) => (
        <Radio.Group value={value} onChange={set} label="Model that drafts contours at first">
          <Stack gap="sm" mt="xs">
            {models.map((model) => (
              <Radio
                key={model.name}
                value={model.name}
                label={
                  <Group gap={6}>
                    <span>{model.title}</span>
                    <ModelFlags model={model} />
                  </Group>
                }
                description={`${model.summary} Licence: ${model.licence}`}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </Loaded>
  );
}
