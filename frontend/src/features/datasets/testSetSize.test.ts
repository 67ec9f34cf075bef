import { expect, test } from 'vitest';

import { choiceOf, wordsFor } from './testSetSize';

test('a test set takes no more than there are, and five at first', () => {
  expect(choiceOf('phantom', undefined)).toEqual({ most: 12, suggested: 5 });
  expect(choiceOf('cases', { patients: 23, cases: 30 })).toEqual({ most: 23, suggested: 5 });
  expect(choiceOf('cases', { patients: 2, cases: 3 })).toEqual({ most: 2, suggested: 2 });
  expect(choiceOf('cases', undefined).most).toBe(0);
});

test('how many are held out is said before anything is frozen', () => {
  const words = wordsFor('cases', 5, { patients: 23, cases: 30 });
  expect(words.note).toContain('23 patients with 30 locked cases');
  expect(words.note).toContain('5 of them');
  expect(words.button).toBe('Freeze 5 patients');
  expect(wordsFor('cases', 0, { patients: 0, cases: 0 }).note).toContain('No locked case is free');
  expect(wordsFor('phantom', 1, undefined).button).toBe('Freeze 1 phantom');
});
