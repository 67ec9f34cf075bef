import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { api } from '../../api/client';
import { useMay } from '../../api/queries';
import type { ImportBatch, ImportItem, Study } from '../../api/types';
import { number, plural, size, when } from '../../components/format';
import { JobLine } from '../../components/JobLine';
import { List } from '../../components/list';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';
import { Thumb } from '../../components/Thumb';
import { stackBrief } from '../../components/stackNames';

export function ImportPage() {
  const { slug = '', id = '' } = useParams();
  const query = useQuery({
    queryKey: ['import', id],
    queryFn: () => api.get<ImportBatch>(`/projects/${slug}/imports/${id}/`),
    refetchInterval: (now) => (now.state.data?.state === 'receiving' ? 2_000 : false),
  });
  return (
    <Loaded query={query} label="Loading the import">
      {(batch) => (
        <Page
          width={980}
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
            <Group gap="xs">
              <Button component="a" href={`/api/v1/projects/${slug}/imports/${batch.id}/report/`} variant="default" leftSection={<IconDownload size={16} />}>
                Report (JSON)
              </Button>
              <Button component={Link} to={`/p/${slug}/cases`}>
                Go to cases
              </Button>
            </Group>
          }
        >
          <Stack gap="lg">
            {batch.job && batch.job.state !== 'succeeded' && (
              <Paper withBorder p="sm">
                <JobLine job={batch.job} />
              </Paper>
            )}
            <section>
              <Title order={2} fz="md" mb="xs">
                Studies
              </Title>
              {batch.studies?.length === 0 && (
                <Text size="sm" c="dimmed">
                  {batch.state === 'receiving' ? 'No file has come yet.' : 'No study came of this import. The files below say why.'}
                </Text>
              )}
              <Stack gap="sm">
                {batch.studies?.map((study) => (
                  <StudyRow key={study.id} study={study} slug={slug} />
                ))}
              </Stack>
            </section>
            <Files batch={batch} slug={slug} />
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}

const SHOWN_FINDINGS = 3;

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
          {findings.slice(0, SHOWN_FINDINGS).map((finding) => (
            <Text key={finding.code + String(finding.slice_index)} size="xs" c="var(--accord-odd)">
              {finding.message}
            </Text>
          ))}
          {findings.length > SHOWN_FINDINGS && (
            <Text size="xs" c="dimmed">
              {plural(findings.length - SHOWN_FINDINGS, 'more note')} on the study’s page
            </Text>
          )}
        </div>
      </Group>
    </Paper>
  );
}

/** What became of every file. Files are named by their number: names carry identity. */
function Files({ batch, slug }: { batch: ImportBatch; slug: string }) {
  const may = useMay(slug);
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        Files
      </Title>
      {(batch.counts.quarantined ?? 0) > 0 && (
        <Text size="sm" mb="xs">
          <Anchor component={Link} to="?outcome=quarantined" size="sm" underline="always">
            {plural(batch.counts.quarantined ?? 0, 'file')} set aside
          </Anchor>
          , kept sealed for a time;{' '}
          {may('open_vault') ? (
            <Anchor component={Link} to={`/p/${slug}/quarantine`} size="sm" underline="always">
              open the quarantine
            </Anchor>
          ) : (
            'the data steward can look at them and try them again'
          )}
          .
        </Text>
      )}
      <List<ImportItem>
        path={`/projects/${slug}/imports/${batch.id}/items/`}
        queryKey={['import', batch.id, 'items']}
        noun="file"
        searchable={false}
        rowKey={(row) => String(row.sequence)}
        filters={[{ name: 'outcome', label: 'Outcome', options: OUTCOMES }]}
        empty={<Empty title="No files">No file of this kind came with this import.</Empty>}
        columns={[
          { title: 'File', numeric: true, width: 70, render: (row) => number(row.sequence + 1) },
          { title: 'Outcome', width: 130, render: (row) => <State value={row.outcome} /> },
          { title: 'Study', width: 110, render: (row) => row.study ?? '–' },
          { title: 'Size', numeric: true, width: 90, render: (row) => size(row.size) },
          { title: 'Why, and what to do', render: (row) => row.message || '–' },
        ]}
      />
    </section>
  );
}

const OUTCOMES = [
  { value: 'quarantined', label: 'set aside' },
  { value: 'duplicate', label: 'known already' },
  { value: 'stored', label: 'stored' },
];
