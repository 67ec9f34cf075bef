import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconCircle } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';

import { useMay, useProject } from '../../api/queries';
import type { Project } from '../../api/types';
import { procedureTitle } from '../../components/Deidentify';
import { number } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { roleTitle } from '../../components/roles';
import { ModelFlags, State } from '../../components/State';

const TILES: [keyof Project['counts'], string, string][] = [
  ['studies', 'Studies', 'studies'],
  ['cases', 'Cases', 'cases'],
  ['cases_locked', 'Locked cases', 'cases?state=locked'],
  ['members', 'Members', 'team'],
];

export function ProjectPage() {
  const { slug = '' } = useParams();
  const query = useProject(slug);
  const may = useMay(slug);
  return (
    <Loaded query={query} label="Loading the project">
      {(project) => (
        <Page
          width={980}
          title={project.name}
          trail={[{ label: 'Projects', to: '/projects' }]}
          note={`You are ${project.my_roles.map(roleTitle).join(', ').toLowerCase() || 'an admin of this installation'}.`}
          actions={
            may('import') && (
              <Button component={Link} to={`/p/${slug}/imports`}>
                Import studies
              </Button>
            )
          }
        >
          <Stack gap="lg">
            {project.description && <Text size="sm">{project.description}</Text>}
            <FirstRun project={project} />
            <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
              {TILES.filter(([key]) => project.counts[key] !== null).map(([key, title, to]) => (
                <Paper key={key} withBorder p="md" component={Link} to={`/p/${slug}/${to}`} c="inherit" td="none">
                  <Text size="xs" c="dimmed">
                    {title}
                  </Text>
                  <Text fz={26} fw={650}>
                    {number(project.counts[key])}
                  </Text>
                </Paper>
              ))}
            </SimpleGrid>
            {may('view_models') && <Champion project={project} />}
            {(may('edit_settings') || may('view_studies')) && (
              <Text size="sm" c="dimmed" title={project.deidentification.procedure}>
                De-identification on import: {procedureTitle(project.deidentification.procedure)}.
              </Text>
            )}
            {project.my_roles.includes('reader') && (
              <Text size="sm">
                Your reads are in <Anchor component={Link} to="/" size="sm">My work</Anchor>.
              </Text>
            )}
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}

function FirstRun({ project }: { project: Project }) {
  const open = project.first_run.find((step) => !step.done);
  if (!open) return null;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Next steps
      </Title>
      <Stack gap={6}>
        {project.first_run.map((step) => (
          <Group key={step.key} gap="sm" wrap="nowrap">
            <ThemeIcon size={20} radius="xl" variant={step.done ? 'filled' : 'default'} color="teal" role="img" aria-label={step.done ? 'done' : 'to do'}>
              {step.done ? <IconCheck size={13} /> : <IconCircle size={10} />}
            </ThemeIcon>
            <Anchor component={Link} to={step.href} size="sm" c={step.done ? 'dimmed' : undefined!} fw={step === open ? 600 : 400}>
              {step.title}
            </Anchor>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

function Champion({ project }: { project: Project }) {
  const champion = project.champion;
  return (
    <Paper withBorder p="md" component="section">
      <Text size="xs" c="dimmed">
        Drafts come from
      </Text>
      {champion ? (
        <Group gap="xs" mt={2}>
          <Anchor component={Link} to={`/p/${project.slug}/models/${champion.id}`} fw={600} size="sm">
            {champion.title || champion.name} {champion.version}
          </Anchor>
          <State value="champion" />
          <ModelFlags model={champion} />
        </Group>
      ) : (
        <Text size="sm">No model: readers contour from nothing.</Text>
      )}
    </Paper>
  );
}
