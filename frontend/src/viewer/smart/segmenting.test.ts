import { afterEach, describe, expect, it, vi } from 'vitest';

import { Cancelled } from './registrar';
import { waitForJob } from './segmenting';

/** A server whose job is over after some questions; remembers what it was asked. */
function server(states: string[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal('document', { cookie: '' });
  vi.stubGlobal(
    'fetch',
    vi.fn(async (url: string) => {
      asked.push(url);
      return new Response(JSON.stringify({ state: states.length > 1 ? states.shift() : states[0], progress: 0.5 }));
    }),
  );
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the AI on one frame', () => {
  it('is waited for until its job is over, progress told', async () => {
    vi.useFakeTimers();
    server(['queued', 'running', 'succeeded']);
    const seen: number[] = [];
    const waiting = waitForJob('j', new AbortController().signal, (job) => seen.push(job.progress));
    await vi.runAllTimersAsync();
    expect((await waiting).state).toBe('succeeded');
    expect(seen).toEqual([0.5, 0.5]);
  });

  it('is cancelled on the server too', async () => {
    const asked = server(['running']);
    const stop = new AbortController();
    const waiting = waitForJob('j', stop.signal, () => stop.abort());
    await expect(waiting).rejects.toThrow(Cancelled);
    expect(asked.at(-1)).toContain('/jobs/j/cancel/');
  });
});
