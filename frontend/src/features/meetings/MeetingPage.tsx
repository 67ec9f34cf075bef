import { useState } from 'react';
import { useParams } from 'react-router';

import { Busy, ErrorNote } from '../../components/Notice';
import { Closed } from './Closed';
import { Live } from './Live';
import { Planned } from './Planned';
import type { MinutesDraft } from './unsent';
import { useMeeting, useRoom } from './useMeeting';

/** A meeting: being planned, running, or on record. */
export function MeetingPage() {
  const { id = '' } = useParams();
  const query = useMeeting(id);
  const room = useRoom(id);
  const [draft, setDraft] = useState<MinutesDraft | null>(null);
  if (query.error && !query.data) return <ErrorNote error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Busy label="Opening the meeting" />;
  const meeting = query.data;
  if (meeting.state === 'planned') return <Planned meeting={meeting} />;
  if (meeting.state === 'closed') return <Closed meeting={meeting} minutes={{ draft, setDraft }} />;
  return <Live meeting={meeting} room={room} minutes={{ draft, setDraft }} />;
}
