import { describe, expect, it } from 'vitest';

import { doing, ended, isQueued, type PlanJob } from './planJob';

const job = (state: string, more: Partial<PlanJob> = {}): PlanJob => ({ id: 'j', state, progress: 0, message: '', problem: null, plan: null, made: null, ...more });

/** Answers one after the other; nothing waits. */
function asked(...answers: PlanJob[]) {
  const told: string[] = [];
  const stop = new AbortController();
  const run = ended(
    () => Promise.resolve(answers.shift()!),
    (at) => told.push(doing(at)),
    stop.signal,
    () => Promise.resolve(),
  );
  return { run, told, stop };
}

describe('a plan made in the background', () => {
  it('is asked for until it is there, and says how far it is', async () => {
    const { run, told } = asked(job('queued'), job('running', { message: 'Looked at 500 cases' }), job('succeeded', { made: { n_reads: 3 } }));
    expect((await run).made).toEqual({ n_reads: 3 });
    expect(told).toEqual(['Waiting for its turn', 'Looked at 500 cases']);
  });

  it('fails in the portal’s words and with its code', async () => {
    const { run } = asked(job('failed', { problem: { code: 'plan_changed', message: 'Something changed.' } }));
    await expect(run).rejects.toMatchObject({ code: 'plan_changed', message: 'Something changed.' });
    await expect(asked(job('cancelled')).run).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is left alone once the dialog is closed', async () => {
    const { run, told, stop } = asked(job('running'), job('running'), job('succeeded'));
    stop.abort();
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(told).toEqual([]);
  });

  it('is told from a plan that comes at once', () => {
    expect(isQueued({ job_id: 'j' })).toBe(true);
    expect(isQueued({ seed: 's' })).toBe(false);
  });
});
