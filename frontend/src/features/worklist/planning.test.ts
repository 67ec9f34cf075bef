import { describe, expect, it } from 'vitest';

import { dueText, makeBody, type Plan, planText } from './planning';

const plan: Plan = {
  seed: 's',
  digest: 'd',
  n_cases: 1,
  n_reads: 2,
  n_duplicates: 1,
  readers: [{ user_id: 'u', name: 'U', open_before: 3, new: 2, duplicates: 1, by_stratum: {} }],
  strata: {},
  warnings: [],
};

describe('plans', () => {
  it('are said in one sentence', () => {
    expect(planText(plan)).toBe('2 reads of 1 case, and 1 hidden second reading.');
    expect(planText({ ...plan, n_reads: 0 })).toBe('Nothing would be assigned.');
  });
  it('are made as they were shown, with the work that was open then', () => {
    expect(makeBody({ user_ids: ['u'] }, plan)).toEqual({ user_ids: ['u'], seed: 's', digest: 'd', loads: { u: 3 } });
  });
});

describe('deadlines', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  it.each([
    ['2026-03-10T11:59:59Z', 'overdue', true],
    ['2026-03-10T22:59:59Z', 'due today', false],
    ['2026-03-11T22:59:59Z', 'due in 1 day', false],
    ['2026-03-14T22:59:59Z', 'due in 4 days', false],
  ])('%s is %s', (iso, text, late) => expect(dueText(iso, now)).toEqual({ text, late }));
});
