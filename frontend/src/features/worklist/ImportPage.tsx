import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { api } from '../../api/client';
import type { ImportBatch, ImportItem, Study } from '../../api/types';
import { number, plural, when } from '../../components/format';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';
import { Thumb } from '../../components/Thumb';
import { stackBrief } from './stackNames';

export function ImportPage() {
  const { slug = '', id = '' } = useParams();
  const query = useQuery({
    queryKey: ['import', id],
    queryFn: () => api.get<ImportBatch>(`/projects/${slug}/imports/${id}/`),
  });
  return (
    <Loaded query={query} label="Loading the import">
      {(batch) => (
        <Page
          title={batch.name || 'Import'}
          trail={[{ label: 'Import', to: `/p/${slug}/imports` }]}
          note={
            <Group gap="xs">
              <State value={batch.state} />
              <span>{when(batch.started_at)}</span>
              <span>
                {number(batch.counts.stored)} stored, {number(batch.counts.duplicate)} known already, {number(batch.counts.quarantined)} set aside
              </span>
            </Group>
          }
          actions={
            <Button component={Link} to={`/p/${slug}/cases`}>
              Go to cases
            </Button>
          }
        >
          <Stack gap="lg" maw={980}>
            <section>
              <Title order={2} fz="md" mb="xs">
                Studies
              </Title>
              {batch.studies?.length === 0 && (
                <Text size="sm" c="dimmed">
                  No study came of this import. The files below say why.
                </Text>
              )}
              <Stack gap="sm">
                {batch.studies?.map((study) => (
                  <StudyRow key={study.id} study={study} slug={slug} />
                ))}
              </Stack>
            </section>
            <Problems items={(batch.items ?? []).filter((item) => item.outcome !== 'stored')} />
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}

function StudyRow({ study, slug }: { study: Study; slug: string }) {
  const findings = study.stacks.flatMap((stack) => stack.findings);
  return (
    <Paper withBorder p="sm">
      <Group wrap="nowrap">
        <Thumb url={study.thumbnail_url} size={72} label={study.label} />
        <div>
          <Anchor component={Link} to={`/p/${slug}/studies/${study.id}`} fw={600} size="sm">
            {study.label}
          </Anchor>
          <Text size="sm">{study.stacks.map(stackBrief).join(', ') || 'No stack'}</Text>
          {findings.slice(0, 3).map((finding) => (
            <Text key={finding.code + String(finding.slice_index)} size="xs" c="var(--accord-odd)">
              {finding.message}
            </Text>
          ))}
        </div>
      </Group>
    </Paper>
  );
}

function Problems({ items }: { items: ImportItem[] }) {
  if (items.length === 0) return null;
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        {plural(items.length, 'file')} not stored
      </Title>
      <Rows
        rows={items.slice(0, 200)}
        rowKey={(row) => String(row.sequence)}
        columns={[
          { title: 'File', numeric: true, width: 70, render: (row) => row.sequence + 1 },
          { title: 'Outcome', width: 120, render: (row) => <State value={row.outcome} /> },
          { title: 'Why, and what to do', render: (row) => row.message },
        ]}
      />
    </section>
  );
}
