import { useEffect, useState, useSyncExternalStore } from 'react';

import { queryClient } from '../../api/queries';
import { signIn } from '../../api/signIn';
import type { Session } from '../../api/types';
import { openReads } from './leftBehind';
import { ReadSession, type Snapshot } from './session';

/** Whose work this window keeps: whoever was signed in when the read was opened. */
const userId = (): string => queryClient.getQueryData<Session>(['session'])?.user?.id ?? '';

/** Opens the read's session; `error` when its contents can't be loaded. */
export function useReadSession(readId: string): { session: ReadSession; now: Snapshot; opened: boolean; error: unknown } {
  const [session, setSession] = useState(() => new ReadSession(readId, userId()));
  const [opened, setOpened] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const made = new ReadSession(readId, userId());
    setSession(made);
    setOpened(false);
    setError(null);
    openReads.add(readId);
    made.open().then(() => setOpened(true), setError);
    return () => {
      openReads.delete(readId);
      made.close();
    };
  }, [readId]);
  const now = useSyncExternalStore(session.subscribe, session.get);
  useEffect(() => {
    // the journal keeps it, but what is still on its way should arrive
    const warn = (event: BeforeUnloadEvent) => {
      if (session.get().unsaved > 0) event.preventDefault();
    };
    const online = () => void session.flush();
    addEventListener('beforeunload', warn);
    addEventListener('online', online);
    const forget = signIn.onBack(online);
    return () => {
      removeEventListener('beforeunload', warn);
      removeEventListener('online', online);
      forget();
    };
  }, [session]);
  return { session, now, opened, error };
}
