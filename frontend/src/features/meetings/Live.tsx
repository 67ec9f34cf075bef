import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { api } from '../../api/client';
import type { Adjudication } from '../../api/types';
import { Busy, ErrorNote } from '../../components/Notice';
import { Pill, Room } from '../../viewer/Room';
import { useStack } from '../../viewer/stack';
import classes from './meeting.module.css';
import { MinutesBox, type Writing } from './MinutesBox';
import { People } from './People';
import { Table } from './Table';
import type { Item, Meeting } from './types';
import { act, type MeetingRoom } from './useMeeting';

interface LiveProps {
  meeting: Meeting;
  room: MeetingRoom;
  minutes: Writing;
}

/** A running meeting: the case on the table, else who is here. */
export function Live({ meeting, room, minutes }: LiveProps) {
  const item = meeting.items.find((row) => row.state === 'open') ?? null;
  if (item?.opens) return <Case key={item.id} meeting={meeting} room={room} minutes={minutes} item={item} />;
  return (
    <Room
      title={`${meeting.project.name} / ${meeting.title}`}
      bar={<Pill>meeting</Pill>}
      actions={<ChairActions meeting={meeting} item={item} />}
      tools={<AgendaBar meeting={meeting} />}
      below={null}
      side={
        <>
          <People meeting={meeting} here={room.here} />
          <MinutesBox meeting={meeting} {...minutes} />
        </>
      }
      foot={`${meeting.chair.name} chairs`}
    >
      <div className={classes.stage}>
        <p style={{ margin: 'auto' }} role="status">
          {item
            ? 'The case on the table isn’t open to you. Wait for the next one.'
            : meeting.me === meeting.chair.id
              ? 'Open a case from the agenda above.'
              : 'No case is on the table. The chair opens one.'}
        </p>
        <Away connected={room.connected} />
      </div>
    </Room>
  );
}

function Case({ meeting, room, minutes, item }: LiveProps & { item: Item }) {
  const query = useQuery({
    queryKey: ['meeting-item', item.id],
    queryFn: () => api.get<Adjudication>(`/meetings/${meeting.id}/items/${item.id}/`),
  });
  const found = query.data;
  const { open, error } = useStack(found?.project.slug, found?.stack_id);
  const wrong = found ? error : query.error;
  if (wrong) return <ErrorNote error={wrong} retry={() => void query.refetch()} />;
  if (!found || !open) return <Busy label="Opening the case" />;
  return <Table meeting={meeting} room={room} minutes={minutes} item={item} found={found} open={open} />;
}

export function AgendaBar({ meeting }: { meeting: Meeting }) {
  const chairs = meeting.me === meeting.chair.id;
  return (
    <nav className={classes.agenda} aria-label="Agenda">
      {meeting.items.map((item, i) => (
        <Button
          key={item.id}
          size="compact-xs"
          variant={item.state === 'open' ? 'filled' : item.state === 'done' ? 'light' : 'default'}
          aria-current={item.state === 'open' ? 'true' : undefined}
          disabled={!chairs && item.state !== 'open'}
          onClick={() => chairs && item.state !== 'open' && void act(meeting.id, 'open_item', { item_id: item.id })}
        >
          {i + 1}. {item.case_label}
          {item.decision ? ' ✓' : ''}
        </Button>
      ))}
    </nav>
  );
}

export function ChairActions({ meeting, item }: { meeting: Meeting; item: Item | null }) {
  const leave = (
    <Button component={Link} to={`/p/${meeting.project.slug}/meetings`} size="compact-sm" variant="default">
      Leave
    </Button>
  );
  if (meeting.me !== meeting.chair.id) return leave;
  return (
    <>
      {item && (
        <Button size="compact-sm" variant="default" onClick={() => void act(meeting.id, 'finish_item')}>
          Off the table
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={() => void act(meeting.id, 'close')}>
        Close the meeting
      </Button>
      {leave}
    </>
  );
}

export function Away({ connected }: { connected: boolean }) {
  if (connected) return null;
  return (
    <p className={classes.banner} role="alert">
      The connection is lost. What was said and decided is kept; the room comes back by itself.
    </p>
  );
}

