/** What a reader left unsent in reads that are not open now: sent whenever that may help. */
import { signIn } from '../../api/signIn';
import { unsentReads } from './database';
import { ReadSession } from './session';
import { troubleOf } from './trouble';

const AGAIN_MS = 60_000;

/** Reads that are open in this window: their own sessions send them. */
export const openReads = new Set<string>();

/** `refused`: reads that the server takes nothing for; they stay in the journal, and show it when they are opened. */
export async function sendLeftBehind(userId: string, refused = new Set<string>()): Promise<void> {
  // a browser that keeps no journal has nothing left
  const reads = await unsentReads(userId).catch(() => []);
  for (const readId of reads) {
    if (openReads.has(readId) || refused.has(readId)) continue;
    const session = new ReadSession(readId, userId);
    try {
      await session.open();
      await session.settled();
    } catch (error) {
      if (troubleOf(error).sign === 'refused') refused.add(readId);
    } finally {
      session.close();
    }
  }
}

/** Sends now, back online, signed in again, and once a minute while something is left; until what it gives back is called. */
export function keepSending(userId: string): () => void {
  const refused = new Set<string>();
  let running: Promise<void> | null = null;
  const send = () => {
    running ??= sendLeftBehind(userId, refused).finally(() => (running = null));
  };
  const anew = () => {
    refused.clear();
    send();
  };
  const timer = setInterval(send, AGAIN_MS);
  addEventListener('online', anew);
  const forget = signIn.onBack(anew);
  send();
  return () => {
    clearInterval(timer);
    removeEventListener('online', anew);
    forget();
  };
}
