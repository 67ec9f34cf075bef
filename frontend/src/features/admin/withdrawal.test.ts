import { describe, expect, it } from 'vitest';

import { linesOf } from './withdrawal';

describe('what a withdrawal removes, in words', () => {
  it('puts counts together and leaves out what is not there', () => {
    expect(linesOf({ studies: 2, series: 1, instances: 1320, files: 0, references: 1 })).toEqual([
      { title: 'Images', text: '2 studies, 1 series, 1,320 instances' },
      { title: 'Reference', text: '1 reference standard' },
    ]);
  });

  it('never hides what it has no word for', () => {
    expect(linesOf({ 'meeting notes': 3 })).toEqual([{ title: 'Other', text: 'meeting notes 3' }]);
  });

  it('is empty where nothing is held', () => {
    expect(linesOf({})).toEqual([]);
  });
});
