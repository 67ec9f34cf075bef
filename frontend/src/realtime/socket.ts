import { useEffect, useRef } from 'react';

import type { Job } from '../api/types';

/** What the portal tells this person: nothing else comes over the socket. */
export type Message =
  | { type: 'job'; job: Job }
  | { type: 'changed'; model: string; id: string; project: string }
  | { type: 'training'; run_id: string; point: { step: number; loss: number; val_dice: number | null } }
  | { type: 'draft'; read_id: string }
  /** Said by this tab: the socket was away, and whatever was told meanwhile is missed. */
  | { type: 'back' };

type Listener = (message: Message) => void;

const listeners = new Set<Listener>();
let socket: WebSocket | null = null;
let attempts = 0;
let wanted = false;
let away = false;

/** One socket per tab, opened while somebody is signed in; it comes back by itself. */
export function connect(): () => void {
  wanted = true;
  open();
  return () => {
    wanted = false;
    away = true;
    socket?.close();
    socket = null;
  };
}

function open(): void {
  if (socket !== null || !wanted) return;
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const made = new WebSocket(`${scheme}://${location.host}/ws/me/`);
  socket = made;
  made.onopen = () => {
    attempts = 0;
    if (away) tell({ type: 'back' });
    away = false;
  };
  made.onmessage = (event) => tell(JSON.parse(event.data as string) as Message);
  made.onclose = (event) => {
    away = true;
    // a socket that was given up says so late, when another one may be open
    if (socket !== made) return;
    socket = null;
    if (!wanted || event.code === 4401) return;
    attempts += 1;
    setTimeout(open, Math.min(15000, 500 * 2 ** attempts));
  };
}

function tell(message: Message): void {
  for (const listener of listeners) listener(message);
}

export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Listen while the component is shown. */
export function useMessages(listener: Listener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  }, [listener]);
  useEffect(() => listen((message) => latest.current(message)), []);
}
