/** What a reader left unsent in reads that are not open now: sent when they come back. */
import { unsentReads } from './database';
import { ReadSession } from './session';

export async function sendLeftBehind(userId: string): Promise<void> {
  for (const readId of await unsentReads(userId)) {
    const session = new ReadSession(readId, userId);
    try {
      await session.open();
      await session.settled();
    } catch {
      // it stays in the journal, and is shown when the read is opened
    } finally {
      session.close();
    }
  }
}
