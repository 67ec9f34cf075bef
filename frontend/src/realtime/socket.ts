import { useEffect, useRef } from 'react';

import type { Job } from '../api/types';

/** What the portal tells this person: nothing else comes over the socket. */
export type Message =
  | { type: 'job'; job: Job }
  | { type: 'changed'; model: string; id: string; project: string }
  | { type: 'training'; run_id: string; point: { step: number; loss: number; val_dice: number | null } }
  | { type: 'draft'; read_id: string };

type Listener = (message: Message) => void;

const listeners = new Set<Listener>();
let socket: WebSocket | null = null;
let attempts = 0;
let wanted = false;

/** One socket per tab, opened while somebody is signed in; it comes back by itself. */
export function connect(): () => void {
  wanted = true;
  open();
  return () => {
    wanted = false;
    socket?.close();
    socket = null;
  };
}

function open(): void {
  if (socket !== null || !wanted) return;
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  socket = new WebSocket(`${scheme}://${location.host}/ws/me/`);
  socket.onopen = () => {
    attempts = 0;
  };
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data as string) as Message;
    for (const listener of listeners) listener(message);
  };
  socket.onclose = (event) => {
    socket = null;
    if (!wanted || event.code === 4401) return;
    attempts += 1;
    setTimeout(open, Math.min(15000, 500 * 2 ** attempts));
  };
}

/** Listen while the component is shown. */
export function useMessages(listener: Listener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  }, [listener]);
  useEffect(() => {
    const forward: Listener = (message) => latest.current(message);
    listeners.add(forward);
    return () => {
      listeners.delete(forward);
    };
  }, []);
}
