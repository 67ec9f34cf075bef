/**
 * All frames of a stack in one answer, read as they arrive; runs in a worker. The format stands in
 * cmrkit/dicomio/stackstream.py. The browser's own DEFLATE comes as streams, and a stream per frame
 * costs more than what it unpacks.
 */
import { inflateSync } from 'fflate';

export interface StreamFrame {
  slice: number;
  phase: number;
  rows: number;
  columns: number;
  values: Uint8Array | Uint16Array | Int16Array;
  slope: number;
  intercept: number;
}

interface Index {
  rows: number;
  columns: number;
  dtype: 'uint8' | 'uint16' | 'int16';
  codec: string;
  order: [slice: number, phase: number][];
  rescale: [slope: number, intercept: number][];
}

const MAGIC = 'ACCSTK1\n';
const CODEC = 'planes-deflate';

/** Bytes as they come, taken out piece by piece. */
class Incoming {
  private pieces: Uint8Array[] = [];
  private held = 0;

  constructor(private readonly reader: ReadableStreamDefaultReader<Uint8Array>) {}

  async take(length: number): Promise<Uint8Array> {
    while (this.held < length) {
      const { done, value } = await this.reader.read();
      if (done) throw new Error('The stack stream is cut short.');
      this.pieces.push(value);
      this.held += value.length;
    }
    const out = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const first = this.pieces[0] as Uint8Array;
      const used = Math.min(first.length, length - filled);
      out.set(first.subarray(0, used), filled);
      filled += used;
      if (used === first.length) this.pieces.shift();
      else this.pieces[0] = first.subarray(used);
    }
    this.held -= length;
    return out;
  }

  async takeLength(): Promise<number> {
    const bytes = await this.take(4);
    return new DataView(bytes.buffer).getUint32(0, true);
  }
}

/** Hands over each frame as soon as its bytes are there, in order. Rejects where the stream can't be used. */
export async function readStack(body: ReadableStream<Uint8Array>, onFrame: (frame: StreamFrame) => void): Promise<void> {
  const incoming = new Incoming(body.getReader());
  if (new TextDecoder().decode(await incoming.take(MAGIC.length)) !== MAGIC) throw new Error('This is no stack stream.');
  const index = JSON.parse(new TextDecoder().decode(await incoming.take(await incoming.takeLength()))) as Index;
  if (index.codec !== CODEC) throw new Error('The stack stream is packed in an unknown way.');
  for (const [k, [slice, phase]] of index.order.entries()) {
    const values = unpack(await incoming.take(await incoming.takeLength()), index);
    const [slope, intercept] = index.rescale[k] ?? [1, 0];
    onFrame({ slice, phase, rows: index.rows, columns: index.columns, values, slope, intercept });
  }
}

function unpack(packed: Uint8Array, index: Index): StreamFrame['values'] {
  const planes = inflateSync(packed);
  const n = index.rows * index.columns;
  if (planes.length !== (index.dtype === 'uint8' ? n : 2 * n)) throw new Error('A frame of the stack has another size.');
  if (index.dtype === 'uint8') return planes;
  const values = index.dtype === 'int16' ? new Int16Array(n) : new Uint16Array(n);
  for (let i = 0; i < n; i += 1) values[i] = (planes[i] as number) | ((planes[n + i] as number) << 8);
  return values;
}
