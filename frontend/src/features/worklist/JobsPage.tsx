import { Anchor, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';

import type { Job, MadeBy } from '../../api/types';
import { ago, capital, lasting } from '../../components/format';
import { JobLine } from '../../components/JobLine';
import { type Column, List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { ModelFlags } from '../../components/State';
import { Workload } from './Workload';

const STATES = ['queued', 'leased', 'running', 'succeeded', 'failed', 'cancelled', 'dead'];
const KINDS: [string, string][] = [
  ['segment', 'Pre-annotation'],
  ['train', 'Training'],
  ['evaluate', 'Evaluation'],
  ['export', 'Export'],
  ['pull', 'Pull from an archive'],
  ['plan', 'Plan assignments'],
  ['check_kind', 'Check of what images show'],
];
const KIND_TITLES = new Map(KINDS);
const FILTERS = [
  { name: 'state', label: 'State', options: [...STATES.map((value) => ({ value, label: capital(value) })), { value: 'failed,dead', label: 'Failed or dead' }] },
  { name: 'kind', label: 'Kind', options: KINDS.map(([value, label]) => ({ value, label })) },
];

/** Jobs of one project. */
export function JobsPage() {
  const { slug = '' } = useParams();
  return (
    <Page title="Jobs" note="What workers, and the portal itself, do for this project." trail={[{ label: 'Project', to: `/p/${slug}` }]}>
      <Jobs base={`/projects/${slug}/jobs/`} scope={slug} columns={COLUMNS} />
    </Page>
  );
}

/** Jobs of the whole installation, for its admins. */
export function InstallationJobsPage() {
  return (
    <Page title="Jobs and workers" note="Of all projects of this installation.">
      <Jobs base="/jobs/" scope="" columns={[PROJECT, ...COLUMNS]} />
    </Page>
  );
}

function Jobs({ base, scope, columns }: { base: string; scope: string; columns: Column<Job>[] }) {
  return (
    <>
      <Workload path={`${base}workload/`} queryKey={['jobs', scope]} />
      <List<Job>
        path={base}
        queryKey={['jobs', scope]}
        noun="job"
        searchable={false}
        refetchMs={5_000}
        rowKey={(row) => row.id}
        filters={FILTERS}
        empty={<Empty title="No jobs yet">Pulls from archives, pre-annotation, training, evaluation and export run here, with their progress.</Empty>}
        columns={columns}
      />
    </>
  );
}

/** The weights and their licence, for the curious. */
const weights = (made: MadeBy) => made.models.map((m) => `${m.name} ${m.version}, weights ${m.weights_sha256.slice(0, 12)}…, ${m.licence}`).join('; ') || 'no model';

const PROJECT: Column<Job> = {
  title: 'Project',
  width: 100,
  render: (row) => (
    <Anchor component={Link} to={`/p/${row.project}`} size="sm">
      {row.project}
    </Anchor>
  ),
};

const COLUMNS: Column<Job>[] = [
  {
    title: 'Job',
    width: 200,
    render: (row) => (
      <>
        <Text size="sm">{row.title}</Text>
        <Text size="xs" c="dimmed">
          {KIND_TITLES.get(row.kind) ?? row.kind}, queue {row.queue}
          {row.urgent && row.state === 'queued' ? ', goes first' : ''}
        </Text>
      </>
    ),
  },
  { title: 'How far', width: 320, render: (row) => <JobLine job={row} withTitle={false} /> },
  {
    title: 'Model',
    render: (row) =>
      row.model ? (
        <>
          {row.model.name} {row.model.version} <ModelFlags model={row.model} />
        </>
      ) : (
        '–'
      ),
  },
  { title: 'Attempt', numeric: true, width: 90, render: (row) => (row.attempt ? `${row.attempt} of ${row.max_attempts}` : '–') },
  {
    title: 'Took',
    numeric: true,
    width: 110,
    render: (row) => (
      <>
        {row.seconds === null ? '–' : lasting(row.seconds)}
        {row.made_by && (
          <Text size="xs" c="dimmed" title={`Code ${row.made_by.code_version}; ${weights(row.made_by)}`}>
            {row.made_by.device}
          </Text>
        )}
      </>
    ),
  },
  { title: 'Asked', width: 130, render: (row) => ago(row.created_at) },
];
