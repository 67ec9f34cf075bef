import { Button, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

import { Busy, ErrorNote } from '../Notice';
import { Compose } from './Compose';
import { ThreadView } from './ThreadView';
import classes from './threads.module.css';
import { type Anchor, placeName } from './types';
import { useThreads } from './useThreads';

interface Props {
  /** Where the threads are: a read's or a case's address. */
  path: string;
  label: string;
  empty: string;
  /** What is on the screen, for a thread that is bound to it. */
  here?: Anchor;
  /** The thread to lead to, from a notification. */
  marked?: string | null;
  onJump?: (anchor: Anchor) => void;
}

/** The threads of one place: open ones first, resolved ones on demand. */
export function Threads({ path, label, empty, here, marked = null, onJump }: Props) {
  const { query, threads, people, open, ...actions } = useThreads(path);
  const [bound, setBound] = useState(true);
  const [all, setAll] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const loaded = query.data !== undefined;
  useEffect(() => {
    if (loaded && marked) list.current?.querySelector('[data-marked]')?.scrollIntoView({ block: 'nearest' });
  }, [loaded, marked]);
  if (query.error) return <ErrorNote error={query.error} retry={() => void query.refetch()} />;
  if (!loaded) return <Busy label="Loading comments" />;
  const resolved = threads.filter((thread) => thread.resolved && thread.id !== marked);
  const shown = all ? threads : threads.filter((thread) => !thread.resolved || thread.id === marked);
  const place = here ? placeName(here) : '';
  return (
    <div className={classes.list} ref={list}>
      {threads.length === 0 && (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      )}
      {shown.map((thread) => (
        <ThreadView key={thread.id} thread={thread} people={people} actions={actions} marked={thread.id === marked} {...(onJump ? { onJump } : {})} />
      ))}
      {resolved.length > 0 && (
        <Button size="compact-sm" variant="subtle" justify="flex-start" onClick={() => setAll(!all)}>
          {all ? 'Hide resolved' : `Show resolved (${resolved.length})`}
        </Button>
      )}
      <Compose label={label} button="Send" people={people} onSend={(opId, text, mentions) => open(opId, text, mentions, here && bound ? here : {})}>
        {place && (
          <Button size="compact-sm" variant={bound ? 'light' : 'default'} aria-pressed={bound} onClick={() => setBound(!bound)}>
            About {place.toLowerCase()}
          </Button>
        )}
      </Compose>
    </div>
  );
}
