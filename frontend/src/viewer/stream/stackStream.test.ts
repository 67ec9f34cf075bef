/** Frames come out as they went in, each as soon as its bytes are there. */
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';

import { readStack, type StreamFrame } from './stackStream';

const ROWS = 3;
const COLUMNS = 4;

function packed(values: number[]): Uint8Array {
  const planes = Uint8Array.from([...values.map((v) => v & 0xff), ...values.map((v) => (v >> 8) & 0xff)]);
  const data = deflateRawSync(planes);
  const out = new Uint8Array(4 + data.length);
  new DataView(out.buffer).setUint32(0, data.length, true);
  out.set(data, 4);
  return out;
}

function head(changes: object = {}): Uint8Array {
  const index = {
    rows: ROWS,
    columns: COLUMNS,
    dtype: 'int16',
    codec: 'planes-deflate',
    order: [
      [1, 0],
      [1, 1],
      [0, 0],
    ],
    rescale: [
      [1, 0],
      [2, -5],
      [1, 0],
    ],
    ...changes,
  };
  const text = new TextEncoder().encode(JSON.stringify(index));
  const out = new Uint8Array(12 + text.length);
  out.set(new TextEncoder().encode('ACCSTK1\n'));
  new DataView(out.buffer).setUint32(8, text.length, true);
  out.set(text, 12);
  return out;
}

const FRAMES = [0, 1, 2].map((k) => Array.from({ length: ROWS * COLUMNS }, (_, i) => (i - 6) * 1000 + k));

/** A body that sends a few bytes at a time. */
function body(bytes: Uint8Array, piece = 7): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += piece)));
    },
  });
}

const whole = (parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((p) => [...p]));

test('frames come with their place, values and rescale', async () => {
  const seen: StreamFrame[] = [];
  await readStack(body(whole([head(), ...FRAMES.map(packed)])), (frame) => seen.push(frame));
  seen.sort((a, b) => b.slice - a.slice || a.phase - b.phase);
  expect(seen.map((f) => [f.slice, f.phase])).toEqual([
    [1, 0],
    [1, 1],
    [0, 0],
  ]);
  expect(seen.map((f) => [...f.values])).toEqual(FRAMES);
  expect([seen[1]?.slope, seen[1]?.intercept]).toEqual([2, -5]);
});

test('the first frame is handed over before the last has come', async () => {
  let send: ((bytes: Uint8Array) => void) | undefined;
  const slow = new ReadableStream<Uint8Array>({
    start(controller) {
      send = (bytes) => controller.enqueue(bytes);
    },
  });
  const first = new Promise<StreamFrame>((resolve) => void readStack(slow, resolve).catch(() => undefined));
  send?.(whole([head(), packed(FRAMES[0] as number[])]));
  expect([...(await first).values]).toEqual(FRAMES[0]);
});

test.each([
  ['cut', whole([head(), packed(FRAMES[0] as number[])])],
  ['other', new TextEncoder().encode('<html>no such thing</html>')],
  ['unknown codec', whole([head({ codec: 'new' }), ...FRAMES.map(packed)])],
  ['another size', whole([head({ rows: 9 }), ...FRAMES.map(packed)])],
])('a stream that is %s is refused', async (_, bytes) => {
  await expect(readStack(body(bytes), () => undefined)).rejects.toThrow();
});
