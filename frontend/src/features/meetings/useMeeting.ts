import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import { api, messageOf } from '../../api/client';
import { queryClient } from '../../api/queries';
import { signIn } from '../../api/signIn';
import { type MeetingEvent, MeetingSocket, type Place } from '../../realtime/meeting';
import type { Meeting } from './types';

export interface MeetingRoom {
  events: MeetingEvent[];
  connected: boolean;
  here: string[];
  view: Place | null;
  pointers: Record<string, Place | null>;
  send: MeetingSocket['send'];
}

export const meetingKey = (id: string) => ['meeting', id];

export const useMeeting = (id: string) =>
  useQuery({ queryKey: meetingKey(id), queryFn: () => api.get<Meeting>(`/meetings/${id}/`) });

/** Does something that lasts; tells why when it is refused. A lost connection may repeat it: the operation id is the same. */
export async function act(meetingId: string, kind: string, details: object = {}): Promise<boolean> {
  const body = { op_id: crypto.randomUUID(), kind, details };
  try {
    await api.post(`/meetings/${meetingId}/act/`, body);
    await queryClient.invalidateQueries({ queryKey: meetingKey(meetingId) });
    return true;
  } catch (error) {
    notifications.show({ message: messageOf(error), color: 'red' });
    return false;
  }
}

/** The room as it is heard: starts from the first event, so that who comes late has everything. */
export function useRoom(id: string): MeetingRoom {
  const [events, setEvents] = useState<MeetingEvent[]>([]);
  const [connected, setConnected] = useState(true);
  const [here, setHere] = useState<string[]>([]);
  const [view, setView] = useState<Place | null>(null);
  const [pointers, setPointers] = useState<Record<string, Place | null>>({});
  const socket = useRef<MeetingSocket | null>(null);
  useEffect(() => {
    setEvents([]);
    const refresh = () => void queryClient.invalidateQueries({ queryKey: meetingKey(id) });
    const made = new MeetingSocket(id, {
      onEvent: (event) => {
        setEvents((before) => [...before, event]);
        if (event.kind === 'open_item') setView(null);
        if (!['chat', 'draw', 'wipe'].includes(event.kind)) refresh();
      },
      onLive: (live) => {
        if (live.view) setView(live.view);
        if (live.here) setHere(live.here);
        if (live.pointers) setPointers((before) => ({ ...before, ...live.pointers }));
        if (live.reference) void queryClient.invalidateQueries({ queryKey: ['meeting-item', live.reference] });
      },
      onConnected: setConnected,
      onRefused: refresh,
    });
    socket.current = made;
    const forget = signIn.onBack(() => made.reopen());
    return () => {
      forget();
      made.close();
    };
  }, [id]);
  const send = useCallback<MeetingSocket['send']>((kind, at) => socket.current?.send(kind, at), []);
  return { events, connected, here, view, pointers, send };
}
