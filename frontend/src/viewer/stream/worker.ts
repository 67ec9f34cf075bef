/** Stack streams fetched and unpacked off the main thread; a frame's values change hands, uncopied. */
import { readStack, type StreamFrame } from './stackStream';

export interface Request {
  id: number;
  /** Without one, the stream is no longer wanted. */
  url: string | null;
}

export interface Reply {
  id: number;
  /** null: no more will come, because all are here or the stream can't be used. */
  frame: StreamFrame | null;
}

const running = new Map<number, AbortController>();

self.onmessage = ({ data: { id, url } }: MessageEvent<Request>) => {
  if (url === null) running.get(id)?.abort();
  else void read(id, url);
};

async function read(id: number, url: string): Promise<void> {
  const stop = new AbortController();
  running.set(id, stop);
  const tell = (frame: StreamFrame | null) => self.postMessage({ id, frame } satisfies Reply, { transfer: frame ? [frame.values.buffer] : [] });
  try {
    const response = await fetch(url, { signal: stop.signal });
    if (response.ok && response.body) await readStack(response.body, tell);
  } catch {
    // a stream that can't be used is no loss: every frame can be asked for by itself
  } finally {
    running.delete(id);
    tell(null);
  }
}
