import { Button, Card, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../../api/client';
import { queryClient } from '../../api/queries';
import type { AdjudicationBrief, Page as PageOf } from '../../api/types';
import { plural, when } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import type { Meeting, Person } from './types';
import { act, meetingKey } from './useMeeting';

/** Before it begins: whom and what it is about. Only the chair changes it. */
export function Planned({ meeting }: { meeting: Meeting }) {
  const chairs = meeting.me === meeting.chair.id;
  return (
    <Page
      title={meeting.title}
      note={`${meeting.planned_at ? when(meeting.planned_at) : 'No time set'}. ${meeting.chair.name} chairs. ${meeting.is_blinded ? 'The first vote is blind.' : 'Votes are open.'}`}
      trail={[
        { label: 'Project', to: `/p/${meeting.project.slug}` },
        { label: 'Meetings', to: `/p/${meeting.project.slug}/meetings` },
      ]}
      actions={
        chairs && (
          <Button disabled={meeting.items.length === 0} onClick={() => void act(meeting.id, 'start')}>
            Begin the meeting
          </Button>
        )
      }
    >
      {chairs ? (
        <Group align="flex-start" gap="lg" grow>
          <Agenda meeting={meeting} />
          <Invited meeting={meeting} />
        </Group>
      ) : (
        <Text>The meeting opens here when {meeting.chair.name} begins it. You see its cases as they come on the table.</Text>
      )}
    </Page>
  );
}

async function change(meeting: Meeting, what: 'agenda' | 'invite', body: object): Promise<void> {
  try {
    const now = await api.post<Meeting>(`/meetings/${meeting.id}/${what}/`, { op_id: crypto.randomUUID(), ...body });
    queryClient.setQueryData(meetingKey(meeting.id), now);
  } catch (error) {
    notifications.show({ message: messageOf(error), color: 'red' });
  }
}

function Agenda({ meeting }: { meeting: Meeting }) {
  const query = useQuery({
    queryKey: ['adjudications', meeting.project.slug, 'open'],
    queryFn: () => api.get<PageOf<AdjudicationBrief>>(`/projects/${meeting.project.slug}/adjudications/?state=open&page_size=200`),
  });
  const chosen = meeting.items.map((item) => item.case_id).filter((id) => id !== null);
  const put = (ids: string[]) => void change(meeting, 'agenda', { case_ids: ids });
  const move = (index: number, by: number) => {
    const ids = [...chosen];
    [ids[index], ids[index + by]] = [ids[index + by]!, ids[index]!];
    put(ids);
  };
  return (
    <Card withBorder>
      <Title order={2} fz="md" mb="xs">
        Agenda
      </Title>
      {chosen.length === 0 && <Text size="sm" c="dimmed">Choose the cases below. They are discussed in this order.</Text>}
      <Stack gap={4} mb="md">
        {meeting.items.map((item, i) => (
          <Group key={item.id} gap="xs" wrap="nowrap">
            <Text size="sm" style={{ flex: 1 }}>
              {i + 1}. {item.case_label}
            </Text>
            <Button size="compact-xs" variant="default" disabled={i === 0} aria-label={`${item.case_label} earlier`} onClick={() => move(i, -1)}>
              ↑
            </Button>
            <Button size="compact-xs" variant="default" disabled={i === chosen.length - 1} aria-label={`${item.case_label} later`} onClick={() => move(i, 1)}>
              ↓
            </Button>
          </Group>
        ))}
      </Stack>
      <Text size="xs" c="dimmed" mb={6}>
        Cases whose reads are all in
      </Text>
      <Loaded query={query} label="Loading cases">
        {(page) => (
          <Stack gap={6} mah={360} style={{ overflowY: 'auto' }}>
            {page.results.length === 0 && <Text size="sm">None yet. A case comes here as soon as its last read is submitted.</Text>}
            {page.results.map(({ case: { id, label }, kind }) => (
              <Checkbox
                key={id}
                label={`${label}: ${kind === 'confirmation' ? 'the reads agree' : 'the reads differ'}`}
                checked={chosen.includes(id)}
                onChange={(e) => put(e.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))}
              />
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

function Invited({ meeting }: { meeting: Meeting }) {
  const query = useQuery({
    queryKey: ['meeting-people', meeting.project.slug],
    queryFn: () => api.get<Person[]>(`/projects/${meeting.project.slug}/meetings/people/`),
  });
  const [busy, setBusy] = useState(false);
  const ids = meeting.people.map((person) => person.id);
  const put = async (next: string[]) => {
    setBusy(true);
    await change(meeting, 'invite', { user_ids: next });
    setBusy(false);
  };
  return (
    <Card withBorder>
      <Title order={2} fz="md" mb={4}>
        Invited: {plural(ids.length, 'person').replace('persons', 'people')}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        Readers hear of one another’s readings while a case is on the table.
      </Text>
      <Loaded query={query} label="Loading people">
        {(people) => (
          <Stack gap={6} mah={420} style={{ overflowY: 'auto' }}>
            {people.map((person) => (
              <Checkbox
                key={person.id}
                label={person.id === meeting.chair.id ? `${person.name}, chair` : person.name}
                disabled={busy || person.id === meeting.chair.id}
                checked={ids.includes(person.id)}
                onChange={(e) => void put(e.currentTarget.checked ? [...ids, person.id] : ids.filter((id) => id !== person.id))}
              />
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
