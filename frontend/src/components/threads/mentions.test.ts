import { expect, test } from 'vitest';

import { mentionsIn, withMention } from './mentions';

const ANN = { id: '1', name: 'Ann' };
const ANN_LEE = { id: '2', name: 'Ann Lee' };

test('a mention counts while its name stands in the text', () => {
  expect(mentionsIn('Please look, @Ann', [ANN, ANN_LEE])).toEqual(['1']);
  expect(mentionsIn('Please look, Ann', [ANN, ANN_LEE])).toEqual([]);
});

test('of two names that begin alike the longer one is meant', () => {
  expect(mentionsIn('@Ann Lee: base or atrium?', [ANN, ANN_LEE])).toEqual(['2']);
  expect(mentionsIn('@Ann Lee and @Ann', [ANN, ANN_LEE])).toEqual(['2', '1']);
});

test('a mention is put where the cursor is, set off by blanks', () => {
  expect(withMention('Look', 4, 'Ann')).toEqual({ text: 'Look @Ann ', at: 10 });
  expect(withMention('', 0, 'Ann')).toEqual({ text: '@Ann ', at: 5 });
  expect(withMention('Look at it', 5, 'Ann')).toEqual({ text: 'Look @Ann at it'.replace('Ann at', 'Ann at'), at: 10 });
});
