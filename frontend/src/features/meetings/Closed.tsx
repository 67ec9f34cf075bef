import { Card, Stack, Text, Title } from '@mantine/core';

import { when } from '../../components/format';
import { Page } from '../../components/Page';
import { choiceText } from '../../components/meetingChoice';
import { MinutesBox, type Writing } from './MinutesBox';
import type { Meeting } from './types';

/** What is on record of a meeting that is over. */
export function Closed({ meeting, minutes }: { meeting: Meeting; minutes: Writing }) {
  const here = meeting.people.filter((person) => person.joined_at !== null).map((person) => person.name);
  const absent = meeting.people.filter((person) => person.joined_at === null).map((person) => person.name);
  return (
    <Page
      width={820}
      title={meeting.title}
      note={`${when(meeting.started_at)} to ${when(meeting.closed_at)}. ${meeting.chair.name} chaired.`}
      trail={[
        { label: 'Project', to: `/p/${meeting.project.slug}` },
        { label: 'Meetings', to: `/p/${meeting.project.slug}/meetings` },
      ]}
    >
      <Stack gap="md">
        <Text size="sm">
          Present: {here.join(', ') || 'nobody'}. Absent: {absent.join(', ') || 'nobody'}.
        </Text>
        <Card withBorder>
          <Title order={2} fz="md" mb="xs">
            Decisions
          </Title>
          {meeting.items.map((item, i) => (
            <Text key={item.id} size="sm" mb={6}>
              <b>
                {i + 1}. {item.case_label}
              </b>
              {': '}
              {item.decision ? [choiceText(item.decision), item.decision.text, item.decision.dissent && `Dissent: ${item.decision.dissent}`].filter(Boolean).join('. ') : item.state === 'done' ? 'discussed, nothing decided' : 'not discussed'}
            </Text>
          ))}
        </Card>
        <MinutesBox meeting={meeting} {...minutes} />
      </Stack>
    </Page>
  );
}
