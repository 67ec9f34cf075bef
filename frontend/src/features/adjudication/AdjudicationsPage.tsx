import { Anchor, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';

import type { AdjudicationBrief, Reason } from '../../api/types';
import { ago } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';

const REASONS: { value: Reason['code']; label: string }[] = [
  { value: 'band', label: 'band exceeded' },
  { value: 'ef_crossing', label: 'EF crosses a threshold' },
  { value: 'class_discord', label: 'answers differ' },
  { value: 'missing_structure', label: 'structure missing' },
  { value: 'low_quality', label: 'poor draft' },
  { value: 'audit', label: 'audit' },
  { value: 'reopened', label: 'reopened' },
];

export function AdjudicationsPage() {
  const { slug = '' } = useParams();
  return (
    <Page title="Adjudication" note="Cases whose reads are all in. Readers are masked." trail={[{ label: 'Project', to: `/p/${slug}` }]}>
      <List<AdjudicationBrief>
        path={`/projects/${slug}/adjudications/`}
        queryKey={['adjudications', slug]}
        noun="case"
        rowKey={(row) => row.id}
        filters={[
          {
            name: 'state',
            label: 'State',
            options: [
              { value: 'open', label: 'open' },
              { value: 'signed', label: 'signed' },
            ],
          },
          { name: 'reason', label: 'Why', options: REASONS },
        ]}
        empty={<Empty title="Nothing to settle">A case comes here as soon as its last read is submitted.</Empty>}
        columns={[
          {
            title: 'Case',
            width: 160,
            render: (row) => (
              <Anchor component={Link} to={`/adjudicate/${row.id}`} size="sm" fw={600}>
                {row.case.label}
              </Anchor>
            ),
          },
          { title: 'State', width: 110, render: (row) => <State value={row.state} /> },
          { title: 'Kind', width: 140, render: (row) => (row.kind === 'confirmation' ? 'to confirm' : 'to settle') },
          {
            title: 'Why',
            render: (row) => <Text size="sm">{row.reasons.map((reason) => reason.message).join(' ') || 'The reads agree within the bands: one signature confirms them.'}</Text>,
          },
          { title: 'With', width: 90, render: (row) => (row.assigned_to_me ? 'you' : '–') },
          { title: 'Since', width: 130, render: (row) => ago(row.opened_at) },
        ]}
      />
    </Page>
  );
}
