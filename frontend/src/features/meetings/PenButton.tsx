import { Button } from '@mantine/core';

import type { Adjudication } from '../../api/types';
import { Pill } from '../../viewer/Room';
import type { Meeting } from './types';
import { act } from './useMeeting';

/** Who holds the pen changes the reference, at the desk; the others see what comes of it. */
export function PenButton({ meeting, found }: { meeting: Meeting; found: Adjudication }) {
  const { pen } = meeting;
  const mine = pen?.holder.id === meeting.me;
  const chairs = meeting.me === meeting.chair.id;
  const release = (
    <Button size="compact-sm" variant="default" onClick={() => void act(meeting.id, 'release_pen')}>
      {mine ? 'Lay down the pen' : 'Take the pen away'}
    </Button>
  );
  if (mine)
    return (
      <>
        <Button component="a" href={`/adjudicate/${found.id}`} target="_blank" rel="noreferrer" size="compact-sm">
          Edit the reference
        </Button>
        {release}
      </>
    );
  if (pen) return chairs ? release : <Pill>{pen.holder.name} has the pen</Pill>;
  if (!meeting.may_settle || found.state === 'signed') return null;
  return (
    <Button size="compact-sm" variant="default" onClick={() => void act(meeting.id, 'take_pen')}>
      Take the pen
    </Button>
  );
}
