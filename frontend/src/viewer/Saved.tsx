import { Text, Tooltip } from '@mantine/core';

import { plural } from '../components/format';
import classes from './room.module.css';
import type { Snapshot } from './session/session';

/** The sign that says saved is never wrong: it speaks only when the journal is empty. */
export function Saved({ now }: { now: Snapshot }) {
  return (
    <Tooltip label={hintOf(now)} multiline maw={320}>
      <Text size="sm" component="span" className={classes.saved!} data-state={now.saving} data-testid="saved" role="status" tabIndex={0}>
        {signOf(now)}
      </Text>
    </Tooltip>
  );
}

export function signOf(now: Snapshot): string {
  const kept = now.durable ? `${now.unsaved} kept in this browser` : `${now.unsaved} kept nowhere else: leave this window open`;
  return {
    saved: now.savedAt ? `saved ${now.savedAt.toLocaleTimeString('en-GB')}` : 'all saved',
    saving: 'saving…',
    offline: `offline: ${kept}`,
    failing: `server trouble: ${kept}`,
    signed_out: `signed out: ${kept}`,
    refused: `not saved: ${kept}`,
    conflict: `${plural(now.conflicts.length, 'conflict')} to settle`,
  }[now.saving];
}

function hintOf(now: Snapshot): string {
  if (now.message) return now.message;
  if (!now.durable) return 'This browser keeps nothing on disk (a private window, or no room): stay until it says saved.';
  return 'Every change is saved by itself.';
}
