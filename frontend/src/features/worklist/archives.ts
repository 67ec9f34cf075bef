/**
 * Files of a drop, archives unpacked on the way, in this browser: the portal gets single files only, so that
 * a lost connection costs one file and nobody has to trust an archive.
 */
import { BlobReader, BlobWriter, configure, ZipReader } from '@zip.js/zip.js';

export interface Incoming {
  /** Shown here where something is wrong; never sent, as names carry identity. */
  name: string;
  blob: () => Promise<Blob>;
  size: number;
}

export class ArchiveProblem extends Error {}

// workers from blob addresses are refused by the portal's content policy
configure({ useWebWorkers: false });

const ZIP = [0x50, 0x4b, 0x03, 0x04];
const GZIP = [0x1f, 0x8b];
const BLOCK = 512;

/** Every file, one after the other; what can't be unpacked is told and left out. */
export async function* incoming(files: File[], tell: (name: string, message: string) => void): AsyncGenerator<Incoming> {
  for (const file of files) {
    try {
      const head = new Uint8Array(await file.slice(0, 262).arrayBuffer());
      if (startsWith(head, ZIP)) yield* zipped(file);
      else if (startsWith(head, GZIP)) yield* tarred(file.name, file.stream().pipeThrough(new DecompressionStream('gzip')));
      else if (new TextDecoder().decode(head.slice(257, 262)) === 'ustar') yield* tarred(file.name, file.stream());
      else yield { name: file.name, size: file.size, blob: () => Promise.resolve(file) };
    } catch {
      tell(file.name, 'This can’t be unpacked: damaged or encrypted. Unpack it yourself, then drop the folder.');
    }
  }
}

function startsWith(head: Uint8Array, mark: number[]): boolean {
  return mark.every((byte, index) => head[index] === byte);
}

async function* zipped(file: File): AsyncGenerator<Incoming> {
  const reader = new ZipReader(new BlobReader(file));
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    if (entry.encrypted) throw new ArchiveProblem();
    yield { name: entry.filename, size: entry.uncompressedSize, blob: () => entry.getData(new BlobWriter()) };
  }
}

/** Members of a tar (POSIX.1-2001 ustar) as they lie: its stream can be read once. */
export async function* tarred(archive: string, stream: ReadableStream<Uint8Array>): AsyncGenerator<Incoming> {
  const source = new Pull(stream);
  for (;;) {
    const head = await source.take(BLOCK);
    if (head.length === 0 || head.every((byte) => byte === 0)) return;
    if (head.length < BLOCK) throw new ArchiveProblem();
    const size = tarNumber(head.slice(124, 136));
    const data = await source.take(size);
    if (data.length < size) throw new ArchiveProblem();
    await source.take((BLOCK - (size % BLOCK)) % BLOCK);
    const kind = String.fromCharCode(head[156]!);
    if (kind !== '0' && kind !== '\0') continue; // folders, links and headers of names
    const blob = new Blob([data]);
    yield { name: text(head.slice(0, 100)) || archive, size, blob: () => Promise.resolve(blob) };
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0.*$/s, '');
}

/** Octal digits, or, where the first bit is set, a binary number. */
function tarNumber(field: Uint8Array): number {
  if (field[0]! & 0x80) return field.slice(1).reduce((sum, byte) => sum * 256 + byte, 0);
  const value = parseInt(text(field).trim() || '0', 8);
  if (!Number.isSafeInteger(value) || value < 0) throw new ArchiveProblem();
  return value;
}

class Pull {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private held: Uint8Array[] = [];
  private count = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.reader = stream.getReader();
  }

  /** So many bytes, or fewer at the end. */
  async take(wanted: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.count < wanted) {
      const { done, value } = await this.reader.read();
      if (done) break;
      this.held.push(value);
      this.count += value.length;
    }
    const out = new Uint8Array(Math.min(wanted, this.count));
    let at = 0;
    while (at < out.length) {
      const first = this.held[0]!;
      const used = Math.min(first.length, out.length - at);
      out.set(first.subarray(0, used), at);
      at += used;
      if (used === first.length) this.held.shift();
      else this.held[0] = first.subarray(used);
    }
    this.count -= out.length;
    return out;
  }
}
