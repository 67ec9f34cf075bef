import { Button } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';

import type { Subject } from '../../api/subjects';
import { number, when } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';
import { WithdrawnDialog, WithdrawSubjectDialog } from './WithdrawSubjectDialog';

/** Subjects by pseudonym; the data steward takes one out of the project for good. */
export function WithdrawalPage() {
  const { slug = '' } = useParams();
  const [leaving, setLeaving] = useState<Subject | null>(null);
  const [gone, setGone] = useState<Subject | null>(null);
  return (
    <Page
      title="Withdrawal"
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      note="Take a subject out of this project: files, contours, answers and numbers are deleted for good. You see the consequences first."
    >
      <List<Subject>
        path={`/projects/${slug}/subjects/`}
        queryKey={['subjects', slug]}
        noun="subject"
        rowKey={(row) => row.id}
        empty={<Empty title="No subjects yet">A subject is made when its first study is imported.</Empty>}
        columns={[
          { title: 'Subject', width: 120, render: (row) => row.label },
          { title: 'Site', render: (row) => row.site || '–' },
          { title: 'State', width: 120, render: (row) => (row.withdrawn ? <State value="withdrawn" /> : '–') },
          { title: 'Cases', numeric: true, width: 90, render: (row) => number(row.n_cases) },
          { title: 'Studies', numeric: true, width: 90, render: (row) => number(row.n_studies) },
          { title: 'Since', width: 170, render: (row) => when(row.created_at) },
          {
            title: 'Action',
            width: 140,
            render: (row) =>
              row.withdrawn ? (
                <Button size="compact-xs" variant="default" aria-label={`What went of ${row.label}`} onClick={() => setGone(row)}>
                  What went
                </Button>
              ) : (
                <Button size="compact-xs" variant="default" aria-label={`Withdraw ${row.label}`} onClick={() => setLeaving(row)}>
                  Withdraw…
                </Button>
              ),
          },
        ]}
      />
      <WithdrawSubjectDialog slug={slug} subject={leaving} onClose={() => setLeaving(null)} />
      <WithdrawnDialog slug={slug} subject={gone} onClose={() => setGone(null)} />
    </Page>
  );
}
