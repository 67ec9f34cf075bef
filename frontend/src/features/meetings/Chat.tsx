import { Button, Checkbox, Group, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

import type { MeetingEvent } from '../../realtime/meeting';
import panel from '../../viewer/panel.module.css';
import classes from './meeting.module.css';
import { personColor } from './overlays';
import type { Meeting, Spot } from './types';
import { givenBack } from './unsent';
import { act } from './useMeeting';

interface Props {
  meeting: Meeting;
  events: MeetingEvent[];
  itemId: string;
  /** Where the person looks now. */
  spot: Spot;
  onJump: (spot: Spot) => void;
}

/** What is said about the case on the table; words may be bound to the place one looks at. */
export function Chat({ meeting, events, itemId, spot, onJump }: Props) {
  const [text, setText] = useState('');
  const [bound, setBound] = useState(true);
  const end = useRef<HTMLDivElement>(null);
  const said = events.filter((event) => event.kind === 'chat' && event.item_id === itemId);
  useEffect(() => {
    // newer browsers answer a promise, which is no way to clean up
    void end.current?.scrollIntoView({ block: 'nearest' });
  }, [said.length]);
  const send = async () => {
    if (!text.trim()) return;
    const details = bound ? { text, anchor: spot } : { text };
    // cleared before the answer is here, so that the next message can be typed and none goes out twice
    setText('');
    if (!(await act(meeting.id, 'chat', details))) setText((now) => givenBack(now, text));
  };
  return (
    <section aria-label="Chat">
      <h2 className={panel.title}>Chat</h2>
      <div className={classes.chat} role="log" aria-live="polite" tabIndex={0}>
        {said.length === 0 && <p className={panel.small}>Nothing said yet.</p>}
        {said.map((event) => {
          const { text: words, anchor } = event.details as { text: string; anchor?: Spot };
          return (
            <p key={event.sequence}>
              <b style={{ color: personColor(meeting.people, event.by.id) }}>{event.by.name}</b> {words}
              {anchor && (
                <button type="button" className={panel.jump} onClick={() => onJump(anchor)}>
                  slice {anchor.slice + 1}, phase {anchor.phase + 1}
                </button>
              )}
            </p>
          );
        })}
        <div ref={end} />
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Group gap={6} wrap="nowrap">
          <TextInput size="xs" style={{ flex: 1 }} aria-label="Say something" placeholder="Say something" maxLength={2000} value={text} onChange={(e) => setText(e.currentTarget.value)} />
          <Button size="compact-sm" type="submit" disabled={!text.trim()}>
            Send
          </Button>
        </Group>
        <Checkbox size="xs" mt={6} label={`About slice ${spot.slice + 1}, phase ${spot.phase + 1}`} checked={bound} onChange={(e) => setBound(e.currentTarget.checked)} />
      </form>
    </section>
  );
}
