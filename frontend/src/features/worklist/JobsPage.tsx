import { Text } from '@mantine/core';
import { useParams } from 'react-router';

import type { Job } from '../../api/types';
import { ago } from '../../components/format';
import { JobLine } from '../../components/JobLine';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { ModelFlags } from '../../components/State';

const STATES = ['queued', 'leased', 'running', 'succeeded', 'failed', 'cancelled', 'dead'];

export function JobsPage() {
  const { slug = '' } = useParams();
  return (
    <Page title="Jobs" note="What workers, and the portal itself, do for this project." trail={[{ label: 'Project', to: `/p/${slug}` }]}>
      <List<Job>
        path={`/projects/${slug}/jobs/`}
        queryKey={['jobs', slug]}
        noun="job"
        searchable={false}
        refetchMs={5_000}
        rowKey={(row) => row.id}
        filters={[{ name: 'state', label: 'State', options: STATES.map((value) => ({ value, label: value })) }]}
        empty={<Empty title="No jobs yet">Pulls from archives, pre-annotation, training, evaluation and export run here, with their progress.</Empty>}
        columns={[
          { title: 'Job', render: (row) => <Text size="sm">{row.title}</Text> },
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
          { title: 'Attempt', numeric: true, width: 80, render: (row) => row.attempt },
          { title: 'Asked', width: 130, render: (row) => ago(row.created_at) },
        ]}
      />
    </Page>
  );
}
