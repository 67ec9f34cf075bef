/** The main thread's end of the stack streams: one worker for all of them, kept warm. */
import type { StreamFrame } from './stackStream';
import type { Reply, Request } from './worker';

type OnFrame = (frame: StreamFrame) => void;

/** A stream under way. What comes before somebody listens is kept for them. */
class Stream {
  private kept: StreamFrame[] = [];
  private onFrame: OnFrame | null = null;
  private finish: () => void = () => undefined;
  private readonly over = new Promise<void>((resolve) => {
    this.finish = resolve;
  });

  constructor(readonly url: string, readonly stop: () => void) {}

  take(frame: StreamFrame | null): void {
    if (frame === null) this.finish();
    else if (this.onFrame) this.onFrame(frame);
    else this.kept.push(frame);
  }

  listen(onFrame: OnFrame): Promise<void> {
    this.onFrame = onFrame;
    for (const frame of this.kept.splice(0)) onFrame(frame);
    return this.over;
  }
}

let worker: Worker | null = null;
let last = 0;
const running = new Map<number, Stream>();
let early: Stream | null = null;

function warm(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data: { id, frame } }: MessageEvent<Reply>) => {
    running.get(id)?.take(frame);
    if (frame === null) running.delete(id);
  };
  // without the worker frames are asked for one by one
  worker.onerror = () => {
    for (const stream of running.values()) stream.take(null);
    running.clear();
    worker = null;
  };
  return worker;
}

function begin(url: string): Stream {
  const id = (last += 1);
  const ask = (wanted: string | null) => warm().postMessage({ id, url: wanted } satisfies Request);
  const stream = new Stream(url, () => ask(null));
  running.set(id, stream);
  // a worker resolves addresses against its own script
  ask(new URL(url, location.href).href);
  return stream;
}

/** Start before anybody can show the frames. One at a time: an earlier one that nobody took is dropped. */
export function expectStream(url: string): void {
  if (early?.url === url) return;
  early?.stop();
  early = begin(url);
}

/** Hands over every frame that comes; resolves when no more will. Never rejects. */
export function readStream(url: string, onFrame: OnFrame): Promise<void> {
  const stream = early?.url === url ? early : begin(url);
  if (stream === early) early = null;
  return stream.listen(onFrame);
}
