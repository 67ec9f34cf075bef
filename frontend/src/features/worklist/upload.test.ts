import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { type Progress, upload } from './upload';

type Answer = () => Response;

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const refusal = (status: number, code: string) => json({ error: { code, message: code } }, status);
const proxy = (status: number) => new Response('<html>Bad gateway</html>', { status });

/** A portal that takes every file; `before` answers the next sendings of files instead. */
function portal(before: Answer[] = []) {
  const sent: string[] = [];
  vi.stubGlobal('fetch', async (address: string, { body }: { body: unknown }) => {
    if (address.endsWith('/imports/')) return json({ id: 'b' });
    if (address.endsWith('/known/')) return json({ known: [] });
    if (address.endsWith('/finish/')) return json({ id: 'b', state: 'done' });
    const other = before.shift();
    if (other) return other();
    sent.push(await (body as Blob).text());
    return json({ outcome: 'stored', message: '' });
  });
  return sent;
}

/** Sends what is given, waiting without time. */
async function sending(files: File[], abort = new AbortController()) {
  const told: Progress[] = [];
  const done = upload('p', files, (now) => told.push({ ...now }), abort.signal);
  done.catch(() => undefined);
  let ended = false;
  void done.finally(() => (ended = true)).catch(() => undefined);
  while (!ended) await vi.advanceTimersByTimeAsync(1000);
  return { batch: await done, told };
}

const file = (name: string) => new File([name], name);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('document', { cookie: '' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('notes a damaged file of an archive and sends the others', async () => {
  const writer = new ZipWriter(new BlobWriter(), { level: 0 });
  for (const name of ['one', 'two', 'three']) await writer.add(name, new TextReader(`bytes of ${name}`));
  const bytes = new Uint8Array(await (await writer.close()).arrayBuffer());
  const start = new TextDecoder('latin1').decode(bytes).indexOf('two');
  bytes[start - 30] = 0; // its header's mark
  const sent = portal();
  const { batch, told } = await sending([new File([bytes], 'set.zip'), file('IM1')]);
  expect(sent.sort()).toEqual(['IM1', 'bytes of one', 'bytes of three']);
  expect(told.at(-1)!.problems.map((problem) => problem.name)).toEqual(['two']);
  expect(batch.state).toBe('done');
});

it.each([502, 503, 504])('waits out a proxy that answers %d', async (status) => {
  const sent = portal([() => proxy(status), () => proxy(status)]);
  const { told } = await sending([file('IM1')]);
  expect(sent).toEqual(['IM1']);
  expect(told.some((now) => now.state === 'waiting')).toBe(true);
});

it('ends where the portal itself refuses, and where a proxy never stops', async () => {
  portal([() => refusal(503, 'storage_full')]);
  await expect(sending([file('IM1')])).rejects.toMatchObject({ code: 'storage_full' });
  portal(Array.from({ length: 100 }, () => () => proxy(502)));
  await expect(sending([file('IM1')])).rejects.toMatchObject({ status: 502 });
});

it('stops while it waits', async () => {
  const abort = new AbortController();
  const sent = portal([
    () => {
      abort.abort();
      return proxy(502);
    },
  ]);
  await expect(sending([file('IM1')], abort)).rejects.toMatchObject({ name: 'AbortError' });
  expect(sent).toEqual([]);
});
