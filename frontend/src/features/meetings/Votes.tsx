import { Button, Chip, Group, Text, Textarea } from '@mantine/core';
import { useState } from 'react';

import type { Adjudication } from '../../api/types';
import panel from '../../viewer/panel.module.css';
import { imageColor } from '../../components/readings';
import { choiceText } from '../../components/meetingChoice';
import type { Item, Meeting } from './types';
import { act } from './useMeeting';

interface Props {
  meeting: Meeting;
  item: Item;
  found: Adjudication;
  here: string[];
}

/** One reading, or one answer per question of the protocol that offers a choice. */
function useChoice() {
  const [reading, setReading] = useState<string | null>(null);
  const [answers, setAnswers] = useState<Record<string, string>>({});
  return { reading, answers, setReading, setAnswers };
}

function ChoiceForm({ found, choice }: { found: Adjudication; choice: ReturnType<typeof useChoice> }) {
  return (
    <>
      <Chip.Group value={choice.reading} onChange={(value) => choice.setReading(String(value))}>
        <Group gap={6} mb={6} role="radiogroup" aria-label="Reading">
          {found.readings.map(({ key, label }) => (
            <Chip key={key} value={key} size="xs" radius="sm" variant="outline" styles={{ label: { borderColor: imageColor(key) } }}>
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {found.protocol.questions
        .filter((question) => question.kind === 'choice')
        .map((question) => (
          <div key={question.code}>
            <Text size="xs" id={`vote-${question.code}`} mb={4}>
              {question.title}
            </Text>
            <Chip.Group value={choice.answers[question.code] ?? null} onChange={(value) => choice.setAnswers({ ...choice.answers, [question.code]: String(value) })}>
              <Group gap={6} mb={6} role="radiogroup" aria-labelledby={`vote-${question.code}`}>
                {question.options.map((option) => (
                  <Chip key={option.value} value={option.value} size="xs" radius="sm" variant="outline">
                    {option.title}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          </div>
        ))}
    </>
  );
}

export function VotePanel({ meeting, item, found, here }: Props) {
  const choice = useChoice();
  const chairs = meeting.me === meeting.chair.id;
  const { vote_stage: stage } = item;
  const waiting = meeting.people.filter((person) => here.includes(person.id) && !item.voted.includes(person.id));
  const mine = item.votes.some((vote) => vote.user.id === meeting.me && vote.is_blind === (stage === 'blind'));
  return (
    <section aria-label="Vote">
      <h2 className={panel.title}>Vote</h2>
      {stage === 'none' && !chairs && <p className={panel.small}>The chair opens the vote.</p>}
      {(stage === 'blind' || stage === 'open') && (
        <>
          <p className={panel.small}>
            {stage === 'blind' ? 'Blind: nobody sees your vote until all present have voted.' : 'Open: everyone sees your vote, and may change theirs.'}
          </p>
          <ChoiceForm found={found} choice={choice} />
          <Button
            size="compact-sm"
            disabled={!choice.reading && Object.keys(choice.answers).length === 0}
            onClick={() => void act(meeting.id, 'vote', { reading: choice.reading, answers: choice.answers })}
          >
            {mine ? 'Change my vote' : 'Vote'}
          </Button>
        </>
      )}
      {stage === 'blind' && (
        <p className={panel.small} role="status">
          {item.voted.length} voted. {waiting.length > 0 ? `Waiting for ${waiting.map((person) => person.name).join(', ')}.` : ''}
        </p>
      )}
      <ul className={panel.small} style={{ paddingLeft: 16 }}>
        {item.votes.map((vote) => (
          <li key={`${vote.user.id}${vote.is_blind}`}>
            {vote.user.id === meeting.me ? 'You' : vote.user.name}
            {vote.is_blind && stage !== 'blind' ? ' at first' : ''}: <b>{choiceText(vote)}</b>
          </li>
        ))}
      </ul>
      {chairs && (
        <Group gap={6}>
          <Button size="compact-xs" variant="default" onClick={() => void act(meeting.id, 'open_vote')}>
            {stage === 'none' ? 'Open the vote' : 'Vote anew'}
          </Button>
          {stage === 'blind' && (
            <Button size="compact-xs" variant="default" onClick={() => void act(meeting.id, 'show_votes')}>
              Show the votes
            </Button>
          )}
        </Group>
      )}
    </section>
  );
}

export function DecisionPanel({ meeting, item, found }: Omit<Props, 'here'>) {
  const choice = useChoice();
  const [text, setText] = useState('');
  const [dissent, setDissent] = useState('');
  const chairs = meeting.me === meeting.chair.id;
  const { decision } = item;
  return (
    <section aria-label="Decision">
      <h2 className={panel.title}>Decision</h2>
      {decision ? (
        <p role="status">
          <b>{choiceText(decision) || 'In words'}</b> {decision.text}
          {decision.dissent && ` Dissent: ${decision.dissent}`}
        </p>
      ) : (
        !chairs && <p className={panel.small}>Nothing decided yet.</p>
      )}
      {chairs && (
        <>
          <ChoiceForm found={found} choice={choice} />
          <Textarea size="xs" label="What was decided" autosize maxLength={4000} value={text} onChange={(e) => setText(e.currentTarget.value)} />
          <Textarea size="xs" label="Dissent" autosize maxLength={4000} value={dissent} onChange={(e) => setDissent(e.currentTarget.value)} />
          <Button
            mt={8}
            size="compact-sm"
            onClick={() => void act(meeting.id, 'decide', { reading: choice.reading, answers: choice.answers, text, dissent })}
          >
            {decision ? 'Decide anew' : 'Record the decision'}
          </Button>
        </>
      )}
    </section>
  );
}
