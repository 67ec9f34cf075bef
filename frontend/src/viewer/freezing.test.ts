import { describe, expect, it } from 'vitest';

import type { WorldObject } from '../api/types';
import { answersOf } from './freezing';
import { NOTHING_HELD } from './session/contents';

const APEX: WorldObject = {
  type: 'landmark',
  code: 'apex',
  label: '',
  points_lps_mm: [[1, 2, 3]],
  frame_of_reference_uid: '1.2.3',
  stack_id: 's',
  sop_instance_uid: '1',
  frame_number: 1,
};
const value = { object: 'o' };
const answered = (...objects: (WorldObject | null)[]) =>
  answersOf({
    ...NOTHING_HELD,
    answers: new Map([['apex', { question: 'apex', value, version: 1 }]]),
    objects: new Map(objects.map((object) => ['o', { object_id: 'o', version: 1, object }])),
  }).get('apex')?.value;

describe('an answer that names a landmark', () => {
  it('holds while that is set', () => expect(answered(APEX)).toEqual(value));
  it('is none where that is gone', () => {
    expect(answered()).toBeNull();
    expect(answered(null)).toBeNull();
  });
  it('is none while a model proposes it and nobody has accepted it', () => expect(answered({ ...APEX, proposed_by: 'm 1' })).toBeNull());
});
