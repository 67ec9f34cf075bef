import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';

import { incoming, tarred } from './archives';

function member(name: string, data: Uint8Array, kind = '0'): Uint8Array[] {
  const head = new Uint8Array(512);
  const put = (at: number, value: string) => head.set(new TextEncoder().encode(value), at);
  put(0, name);
  put(124, data.length.toString(8).padStart(11, '0'));
  put(156, kind);
  put(257, 'ustar');
  return [head, data, new Uint8Array((512 - (data.length % 512)) % 512)];
}

const bytes = (n: number) => Uint8Array.from({ length: n }, (_, k) => k % 251);
const tar = (...parts: Uint8Array[][]) => new Blob([...parts.flat(), new Uint8Array(1024)] as BlobPart[]);

async function all(files: File[]) {
  const problems: string[] = [];
  const found: [string, number][] = [];
  for await (const file of incoming(files, (name) => problems.push(name))) found.push([file.name, (await file.blob()).size]);
  return { found, problems };
}

describe('archives', () => {
  it('takes single files as they are', async () => {
    expect(await all([new File([bytes(10)], 'IM1')])).toEqual({ found: [['IM1', 10]], problems: [] });
  });

  it('unpacks a tar, leaving out folders and links', async () => {
    const archive = tar(member('a/', new Uint8Array(0), '5'), member('a/one', bytes(700)), member('a/link', new Uint8Array(0), '2'), member('two', bytes(512)));
    expect((await all([new File([archive], 'set.tar')])).found).toEqual([['a/one', 700], ['two', 512]]);
  });

  it('unpacks a tar.gz', async () => {
    const packed = await new Response(tar(member('one', bytes(70000))).stream().pipeThrough(new CompressionStream('gzip'))).blob();
    expect((await all([new File([packed], 'set.tar.gz')])).found).toEqual([['one', 70000]]);
  });

  it('keeps the bytes', async () => {
    for await (const file of tarred('x', tar(member('one', bytes(1300))).stream())) {
      expect(new Uint8Array(await (await file.blob()).arrayBuffer())).toEqual(bytes(1300));
    }
  });

  it('unpacks a zip', async () => {
    const writer = new ZipWriter(new BlobWriter());
    await writer.add('folder/', undefined, { directory: true });
    await writer.add('folder/one', new TextReader('hello'));
    expect((await all([new File([await writer.close()], 'set.zip')])).found).toEqual([['folder/one', 5]]);
  });

  it('tells of a cut archive and goes on with the next file', async () => {
    const cut = tar(member('one', bytes(2000))).slice(0, 1200);
    const { found, problems } = await all([new File([cut], 'cut.tar'), new File([bytes(3)], 'IM2')]);
    expect({ found, problems }).toEqual({ found: [['IM2', 3]], problems: ['cut.tar'] });
  });
});
