import { Anchor, Badge, Button, Checkbox, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { useMay } from '../../api/queries';
import type { CaseSummary, Job } from '../../api/types';
import { ago, plural } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { PhantomFlag, State } from '../../components/State';
import { Thumb } from '../../components/Thumb';
import { AssignDialog } from './AssignDialog';
import { PlanDialog } from './PlanDialog';
import { PreannotateAll } from './PreannotateAll';
import { SuggestNext } from './SuggestNext';

const STATES = ['ready', 'reading', 'agreed', 'adjudicating', 'locked', 'reopened', 'withdrawn'];

/** Of a withdrawn case nothing is left that could be read. */
const standing = (row: CaseSummary) => row.state !== 'withdrawn';

export function CasesPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const client = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [assigning, setAssigning] = useState(false);
  const [planning, setPlanning] = useState(false);
  const [suggesting, setSuggesting] = useState(false);
  const toggle = (id: string, on: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  const train = async () => {
    try {
      const done = await api.post<{ added: number }>(`/projects/${slug}/training/cases/`, { case_ids: [...chosen] });
      notifications.show({ message: `${plural(done.added, 'case')} marked for training. Give them to readers under Reading.` });
      setChosen(new Set());
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  const preannotate = async () => {
    try {
      const jobs = await api.post<Job[]>(`/projects/${slug}/preannotate/`, { case_ids: [...chosen] });
      notifications.show({ message: `${plural(jobs.length, 'draft')} queued. Progress is under Jobs.` });
      setChosen(new Set());
      await client.invalidateQueries({ queryKey: ['cases'] });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  return (
    <Page
      title="Cases"
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      actions={
        <>
          {may('assign_reads') && (
            <Button variant="default" onClick={() => setSuggesting(true)}>
              Suggest next
            </Button>
          )}
          {may('preannotate') && <PreannotateAll slug={slug} />}
        </>
      }
    >
      <List<CaseSummary>
        path={`/projects/${slug}/cases/`}
        queryKey={['cases', slug]}
        noun="case"
        rowKey={(row) => row.id}
        selected={chosen}
        filters={[
          { name: 'state', label: 'State', options: STATES.map((value) => ({ value, label: value })) },
          ...(may('view_progress') ? [{ name: 'look', label: 'Checks', options: [{ value: 'needed', label: 'needs a look' }] }] : []),
        ]}
        empty={
          <Empty
            title="No cases yet"
            action={
              may('import') && (
                <Button component={Link} to={`/p/${slug}/imports`}>
                  Import studies
                </Button>
              )
            }
          >
            Every imported study becomes a case under a pseudonym.
          </Empty>
        }
        bar={(rows) => (
          <Group gap="xs">
            <Checkbox
              label="All on this page"
              size="xs"
              checked={rows.some(standing) && rows.filter(standing).every((row) => chosen.has(row.id))}
              onChange={(event) =>
                setChosen(event.currentTarget.checked ? new Set([...chosen, ...rows.filter(standing).map((r) => r.id)]) : new Set())
              }
            />
            {may('preannotate') && (
              <Button size="compact-sm" variant="default" disabled={chosen.size === 0} onClick={() => void preannotate()}>
                Pre-annotate {chosen.size || ''}
              </Button>
            )}
            {may('assign_reads') && (
              <Button size="compact-sm" variant="default" disabled={chosen.size === 0} onClick={() => setPlanning(true)}>
                Plan {chosen.size || ''}
              </Button>
            )}
            {may('assign_reads') && (
              <Button size="compact-sm" variant="default" disabled={chosen.size === 0} onClick={() => void train()}>
                Use for training
              </Button>
            )}
            {may('assign_reads') && (
              <Button size="compact-sm" disabled={chosen.size === 0} onClick={() => setAssigning(true)}>
                Assign {chosen.size || ''}
              </Button>
            )}
          </Group>
        )}
        columns={[
          {
            title: '',
            width: 40,
            render: (row) => (
              <Checkbox
                size="xs"
                aria-label={`Choose ${row.label}`}
                disabled={!standing(row)}
                checked={chosen.has(row.id)}
                onChange={(event) => toggle(row.id, event.currentTarget.checked)}
              />
            ),
          },
          { title: 'Image', width: 70, render: (row) => <Thumb url={row.thumbnail_url} label={row.label} /> },
          {
            title: 'Case',
            render: (row) => (
              <Group gap={6}>
                <Anchor component={Link} to={`/p/${slug}/cases/${row.id}`} fw={600} size="sm">
                  {row.label}
                </Anchor>
                {row.is_phantom && <PhantomFlag />}
              </Group>
            ),
          },
          { title: 'Site', width: 140, render: (row) => row.site || '–' },
          { title: 'State', width: 130, render: (row) => <State value={row.state} /> },
          {
            title: 'Reads in',
            width: 110,
            numeric: true,
            render: (row) => (row.reads ? `${row.reads.submitted} of ${row.reads.required}` : '–'),
          },
          {
            title: 'AI draft',
            width: 150,
            render: (row) => (
              <Group gap={8} wrap="nowrap">
                {row.draft ?? '–'}
                {row.needs_look && (
                  <Badge component={Link} to={`/p/${slug}/cases/${row.id}`} variant="light" color="orange" radius="sm" tt="none" fw={500} style={{ cursor: 'pointer' }}>
                    Check
                  </Badge>
                )}
              </Group>
            ),
          },
          { title: 'Changed', width: 130, render: (row) => ago(row.updated_at) },
        ]}
      />
      {suggesting && (
        <SuggestNext
          slug={slug}
          onClose={() => setSuggesting(false)}
          onChoose={(caseIds) => {
            setSuggesting(false);
            setChosen(new Set(caseIds));
          }}
        />
      )}
      {planning && (
        <PlanDialog
          slug={slug}
          caseIds={[...chosen]}
          onClose={(done) => {
            setPlanning(false);
            if (done) setChosen(new Set());
          }}
        />
      )}
      <AssignDialog
        slug={slug}
        caseIds={[...chosen]}
        opened={assigning}
        onClose={(done) => {
          setAssigning(false);
          if (done) setChosen(new Set());
        }}
      />
    </Page>
  );
}
