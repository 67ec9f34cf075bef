import { Alert, Badge, Button, Group, JsonInput, NumberInput, Paper, Select, Stack, Switch, Table, Text, Textarea, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from 'react-router';

import { api } from '../../api/client';
import { useMay, useProject } from '../../api/queries';
import type { Project, Protocol } from '../../api/types';
import { Deidentify } from '../../components/Deidentify';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { useForm } from '../../components/useForm';
import { ArchivesCard } from './ArchivesCard';
import { ReceivingCard } from './ReceivingCard';

export function SettingsPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const project = useProject(slug);
  const protocols = useQuery({ queryKey: ['protocols', slug], queryFn: () => api.get<Protocol[]>(`/projects/${slug}/protocols/`) });
  return (
    <Page title="Protocol and settings" trail={[{ label: 'Project', to: `/p/${slug}` }]}>
      <Stack gap="lg" maw={820}>
        <Loaded query={protocols} label="Loading the protocol">
          {(rows) => (
            <>
              {rows.slice(0, 1).map((protocol) => (
                <ProtocolCard key={`${protocol.id}-${protocol.version}`} slug={slug} protocol={protocol} mayEdit={may('edit_protocol')} />
              ))}
            </>
          )}
        </Loaded>
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

const BANDS: [string, string][] = [
  ['edv_ml', 'EDV, ml'],
  ['esv_ml', 'ESV, ml'],
  ['ef_points', 'EF, points'],
  ['mass_g', 'LV mass, g'],
];

const layoutsText = ({ layouts }: Protocol): string => (Array.isArray(layouts) && layouts.length > 0 ? JSON.stringify(layouts, null, 2) : '');

/** What the field says; text that is no JSON goes as it is, and the server says what is wrong. */
function layoutsIn(text: string): unknown {
  try {
    return text.trim() === '' ? [] : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

function ProtocolCard({ slug, protocol, mayEdit }: { slug: string; protocol: Protocol; mayEdit: boolean }) {
  const client = useQueryClient();
  const form = useForm(
    {
      reads_per_case: protocol.reads_per_case,
      ai_visible: protocol.ai_visible,
      papillary: protocol.convention.papillary,
      bands: protocol.bands,
      layouts: layoutsText(protocol),
    },
    async ({ papillary, layouts, ...values }) => {
      await api.put(`/projects/${slug}/protocols/${protocol.id}/`, {
        ...protocol,
        ...values,
        convention: { ...protocol.convention, papillary },
        layouts: layoutsIn(layouts),
      });
      await client.invalidateQueries({ queryKey: ['protocols', slug] });
      notifications.show({ message: protocol.frozen ? 'A new version of the protocol is in force.' : 'The protocol is changed.', color: 'green' });
    },
  );
  return (
    <Paper withBorder p="md" component="section">
      <Group gap="xs" mb="xs">
        <Title order={2} fz="md">
          {protocol.name}, version {protocol.version}
        </Title>
        {protocol.frozen && (
          <Badge variant="light" color="gray" radius="sm" tt="none">
            frozen: in use
          </Badge>
        )}
      </Group>
      {form.problem && (
        <Alert color="red" mb="sm">
          {form.problem}
        </Alert>
      )}
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          <Group align="flex-end">
            <TextInput label="Reads per case" w={150} readOnly disabled={!mayEdit} value={form.values.reads_per_case} />
            <Select
              label="Papillary muscles count to"
              data={[
                { value: 'cavity', label: 'the cavity' },
                { value: 'mass', label: 'the mass' },
              ]}
              allowDeselect={false}
              disabled={!mayEdit}
              value={form.values.papillary}
              onChange={(v) => form.set('papillary', v ?? 'cavity')}
            />
            <Switch label="Readers see the AI’s draft" mb={8} disabled={!mayEdit} checked={form.values.ai_visible} onChange={(e) => form.set('ai_visible', e.currentTarget.checked)} />
          </Group>
          <Text size="sm" fw={600}>
            Reads agree within
          </Text>
          <Group>
            {BANDS.map(([name, label]) => (
              <NumberInput
                key={name}
                label={label}
                min={0}
                step={0.1}
                decimalScale={2}
                w={130}
                disabled={!mayEdit}
                value={form.values.bands[name] ?? ''}
                onChange={(v) => form.set('bands', { ...form.values.bands, [name]: Number(v) })}
              />
            ))}
          </Group>
          <Table fz="sm" verticalSpacing={4}>
            <Table.Tbody>
              <Table.Tr>
                <Table.Td c="dimmed" w={130}>
                  Structures
                </Table.Td>
                <Table.Td>{protocol.structures.map((s) => s.title).join(', ')}</Table.Td>
              </Table.Tr>
              {protocol.questions.map((question) => (
                <Table.Tr key={question.code}>
                  <Table.Td c="dimmed">Question</Table.Td>
                  <Table.Td>
                    {question.title} {question.options.length > 0 && `(${question.options.map((o) => o.title).join(', ')})`}
                    {question.visible_if && ` when ${question.visible_if.question} is ${question.visible_if.equals}`}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {mayEdit && (
            <JsonInput
              label="Layouts of the reading room"
              description="A list in JSON, offered before the built-in ones; the reader’s guide says what a layout holds. Empty: none."
              formatOnBlur
              autosize
              minRows={2}
              maxRows={14}
              validationError="This is no JSON."
              {...form.text('layouts')}
              onChange={(text) => form.set('layouts', text)}
            />
          )}
          {mayEdit && (
            <Group justify="flex-end">
              <Text size="xs" c="dimmed">
                {protocol.frozen && 'Reads are under way: a change makes a new version, for cases assigned from then on.'}
              </Text>
              <Button type="submit" loading={form.busy}>
                {protocol.frozen ? 'Make a new version' : 'Save'}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Paper>
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
