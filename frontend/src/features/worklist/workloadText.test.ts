import { describe, expect, it } from 'vitest';

import { lasting } from '../../components/format';
import { leftOut, standstill, type WorkloadData } from './workloadText';

const idle: WorkloadData = {
  queues: [{ queue: 'gpu', waiting: 2, waiting_to_retry: 0, running: 0 }],
  workers: [],
  last_hour: { succeeded: 0, failed: 0, median_s: null },
};
const worker = { name: null, device: 'cpu', has_gpu: false, queues: ['gpu'], version: '', alive: true, busy_with: null, last_seen_at: '' };

describe('standstill', () => {
  it('is where something waits that no living worker serves', () => {
    expect(standstill(idle)).toBe(true);
    expect(standstill({ ...idle, workers: [worker] })).toBe(false);
    expect(standstill({ ...idle, workers: [{ ...worker, alive: false }] })).toBe(true);
    expect(standstill({ ...idle, workers: [{ ...worker, queues: ['io'] }] })).toBe(true);
    expect(standstill({ ...idle, queues: [{ queue: 'gpu', waiting: 0, waiting_to_retry: 3, running: 0 }] })).toBe(false);
  });
});

describe('leftOut', () => {
  it('says how many and why', () => {
    expect(leftOut({ has_draft: 1, queued_already: 2, nothing_to_segment: 0, reads_are_in: 0 })).toBe(
      'Left out: 1 case has a draft, 2 cases queued already.',
    );
    expect(leftOut({ has_draft: 0 })).toBe('');
  });
});

describe('lasting', () => {
  it.each([
    [0.4, '0 s'],
    [89, '89 s'],
    [90, '2 min'],
    [5_340, '89 min'],
    [7_800, '2 h 10 min'],
    [7_200, '2 h'],
  ])('%d s is %s', (seconds, text) => expect(lasting(seconds)).toBe(text));
});
