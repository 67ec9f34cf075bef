import { api, ApiError, Offline } from '../../api/client';
import type { ImportBatch, ImportItem } from '../../api/types';
import { incoming, type Incoming } from './archives';

export interface Progress {
  batch: ImportBatch | null;
  total: number;
  sent: number;
  bytes: number;
  known: number;
  problems: { name: string; message: string }[];
  state: 'idle' | 'sending' | 'waiting' | 'finishing' | 'done' | 'failed';
  message: string;
}

const AT_ONCE = 4;
const GROUP_FILES = 32;
const GROUP_BYTES = 64 * 2 ** 20;
const HASHED = 256 * 2 ** 20; // larger files are sent without asking first
const ATTEMPTS = 30; // some six minutes: a portal that starts anew is back by then
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

interface Numbered {
  sequence: number;
  file: Incoming;
  blob: Blob;
}

/** Sends every file, waits out a lost connection, then lets the portal sort them. */
export async function upload(slug: string, files: File[], tell: (progress: Progress) => void, signal: AbortSignal): Promise<ImportBatch> {
  return new Upload(slug, files, tell, signal).run();
}

class Upload {
  private readonly progress: Progress;
  private base = '';

  constructor(
    private readonly slug: string,
    private readonly files: File[],
    private readonly tell: (progress: Progress) => void,
    private readonly signal: AbortSignal,
  ) {
    this.progress = { batch: null, total: files.length, sent: 0, bytes: 0, known: 0, problems: [], state: 'sending', message: '' };
  }

  async run(): Promise<ImportBatch> {
    const imports = `/projects/${this.slug}/imports/`;
    // no name: a folder's name may be a patient's
    const batch = await this.patiently(() => api.post<ImportBatch>(imports, {}));
    this.base = `${imports}${batch.id}/`;
    this.say({ batch });
    for await (const group of this.groups()) await this.send(group);
    this.stopIfAsked();
    this.say({ state: 'finishing', message: 'Sorting into stacks' });
    return this.patiently(() => api.post<ImportBatch>(`${this.base}finish/`));
  }

  /** Numbered files, so many at a time that their bytes fit into memory. */
  private async *groups(): AsyncGenerator<Numbered[]> {
    let group: Numbered[] = [];
    let bytes = 0;
    let sequence = 0;
    for await (const file of incoming(this.files, (name, message) => this.note(name, message))) {
      this.stopIfAsked();
      const blob = await file.blob().catch(() => null);
      if (blob === null) {
        this.note(file.name, 'This file of an archive can’t be unpacked: it is damaged.');
        continue;
      }
      group.push({ sequence, file, blob });
      sequence += 1;
      bytes += file.size;
      this.say({ total: Math.max(this.progress.total, sequence) });
      if (group.length === GROUP_FILES || bytes > GROUP_BYTES) {
        yield group;
        [group, bytes] = [[], 0];
      }
    }
    if (group.length > 0) yield group;
    this.say({ total: sequence });
  }

  private async send(group: Numbered[]): Promise<void> {
    const known = await this.known(group);
    this.say({ sent: this.progress.sent + known.size, known: this.progress.known + known.size });
    const left = group.filter((one) => !known.has(one.sequence));
    const worker = async () => {
      for (let one = left.shift(); one && !this.signal.aborted; one = left.shift()) await this.sendOne(one);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    this.stopIfAsked();
  }

  private async sendOne({ sequence, file, blob }: Numbered): Promise<void> {
    // the same number may be sent again: nothing is stored twice
    const item = await this.patiently(() => api.post<ImportItem>(`${this.base}files/?sequence=${sequence}`, blob));
    if (item.outcome === 'quarantined') this.note(file.name, item.message);
    this.say({ sent: this.progress.sent + 1, bytes: this.progress.bytes + file.size });
  }

  /** Numbers of files whose bytes the project has: they need not be sent. */
  private async known(group: Numbered[]): Promise<Set<number>> {
    if (!globalThis.crypto?.subtle) return new Set(); // a page that isn't secure can't hash
    const small = group.filter((one) => one.file.size > 0 && one.file.size <= HASHED);
    const files = await Promise.all(small.map(async (one) => ({ sequence: one.sequence, sha256: await sha256(one.blob) })));
    if (files.length === 0) return new Set();
    const answer = await this.patiently(() => api.post<{ known: number[] }>(`${this.base}known/`, { files }));
    return new Set(answer.known);
  }

  private async patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await ask();
        if (this.progress.state === 'waiting') this.say({ state: 'sending', message: '' });
        return answer;
      } catch (error) {
        const offline = error instanceof Offline;
        if (!offline && !(fromBetween(error) && attempt < ATTEMPTS)) throw error;
        this.stopIfAsked();
        const message = offline ? 'The connection is lost. Sending goes on when it is back.' : 'The server doesn’t answer. Sending goes on when it does.';
        this.say({ state: 'waiting', message });
        await pause(Math.min(15_000, 500 * 2 ** attempt));
        this.stopIfAsked();
      }
    }
  }

  private note(name: string, message: string) {
    this.say({ problems: [...this.progress.problems, { name, message }] });
  }

  private say(change: Partial<Progress>) {
    this.tell(Object.assign(this.progress, change));
  }

  private stopIfAsked() {
    if (this.signal.aborted) throw new DOMException('stopped', 'AbortError');
  }
}

/** A proxy says that the portal is away; the portal's own refusals, a full disk among them, have a code of their own. */
const fromBetween = (error: unknown): boolean => error instanceof ApiError && error.code === 'server_error' && [502, 503, 504].includes(error.status);

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
