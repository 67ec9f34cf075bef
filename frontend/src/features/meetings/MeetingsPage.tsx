import { Anchor, Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { useMay } from '../../api/queries';
import { plural, when } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';
import type { Meeting, MeetingBrief } from './types';

export function MeetingsPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const [planning, setPlanning] = useState(false);
  const plan = may('adjudicate') && <Button onClick={() => setPlanning(true)}>Plan a meeting</Button>;
  return (
    <Page title="Meetings" note="Consensus meetings to which you are invited." trail={[{ label: 'Project', to: `/p/${slug}` }]} actions={plan}>
      <List<MeetingBrief>
        path={`/projects/${slug}/meetings/`}
        queryKey={['meetings', slug]}
        noun="meeting"
        searchable={false}
        rowKey={(row) => row.id}
        filters={[
          { name: 'state', label: 'State', options: ['planned', 'live', 'closed'].map((value) => ({ value, label: value })) },
        ]}
        empty={
          <Empty title="No meetings">
            {may('adjudicate') ? 'Plan one, put cases on its agenda and invite people.' : 'An adjudicator plans them and invites you.'}
          </Empty>
        }
        columns={[
          {
            title: 'Meeting',
            render: (row) => (
              <Anchor component={Link} to={`/meetings/${row.id}`} size="sm" fw={600}>
                {row.title}
              </Anchor>
            ),
          },
          { title: 'State', width: 110, render: (row) => <State value={row.state} /> },
          { title: 'Chair', width: 170, render: (row) => row.chair.name },
          { title: 'When', width: 170, render: (row) => when(row.started_at ?? row.planned_at) || 'not set' },
          { title: 'Size', width: 170, render: (row) => `${plural(row.n_people, 'person').replace('persons', 'people')}, ${plural(row.n_cases, 'case')}` },
        ]}
      />
      {planning && <PlanDialog slug={slug} onClose={() => setPlanning(false)} />}
    </Page>
  );
}

function PlanDialog({ slug, onClose }: { slug: string; onClose: () => void }) {
  const navigate = useNavigate();
  const opId = useRef(crypto.randomUUID().slice(0, 36));
  const [title, setTitle] = useState('');
  const [at, setAt] = useState('');
  const [blinded, setBlinded] = useState(true);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      const body = { op_id: opId.current, title, planned_at: at ? new Date(at).toISOString() : null, is_blinded: blinded };
      const made = await api.post<Meeting>(`/projects/${slug}/meetings/`, body);
      void navigate(`/meetings/${made.id}`);
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
      setBusy(false);
    }
  };
  return (
    <Modal opened title="Plan a meeting" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextInput label="Title" required maxLength={120} data-autofocus value={title} onChange={(e) => setTitle(e.currentTarget.value)} />
        <TextInput label="When" type="datetime-local" mt="sm" value={at} onChange={(e) => setAt(e.currentTarget.value)} />
        <Checkbox
          mt="md"
          label="Blind first vote"
          description="Nobody sees another’s vote until all present have voted."
          checked={blinded}
          onChange={(e) => setBlinded(e.currentTarget.checked)}
        />
        <Group justify="flex-end" mt="lg">
          <Button type="submit" loading={busy}>
            Plan
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
