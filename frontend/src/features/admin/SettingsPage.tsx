import { Alert, Button, Group, Paper, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from 'react-router';

import { api } from '../../api/client';
import { useMay, useProject } from '../../api/queries';
import type { Project } from '../../api/types';
import { Deidentify } from '../../components/Deidentify';
import { Page } from '../../components/Page';
import { useForm } from '../../components/useForm';
import { ArchivesCard } from './ArchivesCard';
import { ReceivingCard } from './ReceivingCard';

export function SettingsPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const project = useProject(slug);
  return (
    <Page width={820} title="Settings" trail={[{ label: 'Project', to: `/p/${slug}` }]}>
      <Stack gap="lg">
        {!may('edit_settings') && project.data && (
          <Text size="sm" c="dimmed">
            The project’s owner changes its settings. What is read and how stands under Protocols.
          </Text>
        )}
        {may('edit_settings') && project.data && (
          <>
            <ProjectForm project={project.data} />
            <PrivacyForm project={project.data} />
            <ReceivingCard slug={slug} />
            <ArchivesCard slug={slug} />
          </>
        )}
      </Stack>
    </Page>
  );
}

function ProjectForm({ project }: { project: Project }) {
  const client = useQueryClient();
  const form = useForm({ name: project.name, description: project.description, time_zone: project.time_zone }, async (values) => {
    await api.patch(`/projects/${project.slug}/`, values);
    await client.invalidateQueries({ queryKey: ['project', project.slug] });
    notifications.show({ message: 'Saved.', color: 'green' });
  });
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Project
      </Title>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && <Alert color="red">{form.problem}</Alert>}
          <TextInput label="Name" required {...form.text('name')} />
          <Textarea label="Description" autosize minRows={2} {...form.text('description')} />
          <TextInput label="Time zone" description="Deadlines count in it, for example Europe/London" {...form.text('time_zone')} />
          <Group justify="flex-end">
            <Button type="submit" loading={form.busy}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function PrivacyForm({ project }: { project: Project }) {
  const client = useQueryClient();
  const { on, options, fixed } = project.deidentification;
  const form = useForm({ deidentification: { on, options } }, async (values) => {
    await api.patch(`/projects/${project.slug}/`, values);
    await client.invalidateQueries({ queryKey: ['project', project.slug] });
    notifications.show({ message: 'Saved.', color: 'green' });
  });
  const wrong = form.problem ?? form.errors.deidentification;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        De-identification
      </Title>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {wrong && <Alert color="red">{wrong}</Alert>}
          <Deidentify value={form.values.deidentification} set={(choice) => form.set('deidentification', choice)} disabled={fixed} />
          {!fixed && (
            <Group justify="flex-end">
              <Button type="submit" loading={form.busy}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Paper>
  );
}
