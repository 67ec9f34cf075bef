import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';

import type { Subject } from '../../api/subjects';
import { number, when } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';
import { WithdrawSubjectDialog } from './WithdrawSubjectDialog';

/** Subjects by pseudonym; the data steward takes one out of the project. */
export function SubjectsPage() {
  const { slug = '' } = useParams();
  const [chosen, setChosen] = useState<Subject | null>(null);
  return (
    <Page
      title="Subjects"
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      note="By pseudonym. A subject who takes back consent is withdrawn here: all that is held of them in this project is deleted."
    >
      <List<Subject>
        path={`/projects/${slug}/subjects/`}
        queryKey={['subjects', slug]}
        noun="subject"
        rowKey={(row) => row.id}
        empty={<Empty title="No subjects yet">A subject is here from the first study that is imported of it.</Empty>}
        columns={[
          { title: 'Subject', width: 140, render: (row) => <Text size="sm" fw={600}>{row.label}</Text> },
          { title: 'Site', render: (row) => row.site || '–' },
          { title: 'Cases', numeric: true, width: 90, render: (row) => number(row.n_cases) },
          { title: 'Studies', numeric: true, width: 90, render: (row) => number(row.n_studies) },
          { title: 'Since', width: 170, render: (row) => when(row.created_at) },
          { title: 'State', width: 300, render: (row) => <Withdrawn row={row} /> },
          {
            title: 'Action',
            width: 150,
            // one button for both: it keeps the focus when its row becomes a withdrawn one
            render: (row) => (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={row.withdrawn ? `What went of ${row.label}` : `Withdraw ${row.label}`}
                onClick={() => setChosen(row)}
              >
                {row.withdrawn ? 'What went' : 'Withdraw…'}
              </Button>
            ),
          },
        ]}
      />
      <WithdrawSubjectDialog slug={slug} subject={chosen} onClose={() => setChosen(null)} />
    </Page>
  );
}

function Withdrawn({ row }: { row: Subject }) {
  if (!row.withdrawn) return '–';
  return (
    <Group gap={6} wrap="nowrap">
      <State value="withdrawn" />
      <span>on {when(row.withdrawn.at)}</span>
    </Group>
  );
}
