/** Work that the server doesn't take, as a file of the reader's own. */
import type { ReadSession } from './session';

export function download(session: ReadSession): void {
  const content = JSON.stringify({ read_id: session.readId, ...session.unsent() }, null, 2);
  const url = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `accord-unsaved-${session.readId}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
