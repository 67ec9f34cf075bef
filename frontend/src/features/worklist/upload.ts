import { api, Offline } from '../../api/client';
import type { ImportBatch, ImportItem } from '../../api/types';

export interface Progress {
  batch: ImportBatch | null;
  total: number;
  sent: number;
  problems: { name: string; message: string }[];
  state: 'idle' | 'sending' | 'waiting' | 'finishing' | 'done' | 'failed';
  message: string;
}

const AT_ONCE = 3;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Files of a drop, folders included. */
export async function filesOf(items: DataTransferItemList): Promise<File[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((e) => e !== null);
  const found: File[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (entry.name.startsWith('.')) return;
  if (entry.isFile) {
    found.push(await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // a directory comes in portions of 100
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    for (const child of some) await walk(child, found);
  }
}

/** Send every file, wait out a lost connection, then let the portal sort them. */
export async function upload(slug: string, files: File[], tell: (progress: Progress) => void, signal: AbortSignal): Promise<ImportBatch> {
  const progress: Progress = { batch: null, total: files.length, sent: 0, problems: [], state: 'sending', message: '' };
  const say = (change: Partial<Progress>) => tell(Object.assign(progress, change));
  const base = `/projects/${slug}/imports/`;
  const folder = files[0]?.webkitRelativePath.split('/')[0] ?? '';
  const batch = await api.post<ImportBatch>(base, { name: folder.slice(0, 120), expected_files: files.length });
  say({ batch });
  let next = 0;
  const worker = async () => {
    while (next < files.length && !signal.aborted) {
      const sequence = next;
      next += 1;
      const file = files[sequence]!;
      const item = await sendOne(`${base}${batch.id}/files/?sequence=${sequence}`, file, say, signal);
      if (item.message) progress.problems = [...progress.problems, { name: file.name, message: item.message }];
      say({ sent: progress.sent + 1 });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (signal.aborted) throw new DOMException('stopped', 'AbortError');
  say({ state: 'finishing', message: 'Sorting into stacks' });
  return api.post<ImportBatch>(`${base}${batch.id}/finish/`);
}

async function sendOne(path: string, file: File, say: (change: Partial<Progress>) => void, signal: AbortSignal): Promise<ImportItem> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const item = await api.post<ImportItem>(path, file);
      say({ state: 'sending', message: '' });
      return item;
    } catch (error) {
      if (!(error instanceof Offline) || signal.aborted) throw error;
      // the same number may be sent again: nothing is stored twice
      say({ state: 'waiting', message: 'The connection is lost. Sending goes on when it is back.' });
      await pause(Math.min(15_000, 500 * 2 ** attempt));
    }
  }
}
