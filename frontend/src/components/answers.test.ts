import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { AnswerValue, Question } from '../api/types';
import { type Answers, answerText, isGiven, numberIn, unanswered, visibleQuestions } from './answers';

interface Shared {
  questions: (Partial<Question> & { code: string })[];
  cases: { answers: Record<string, AnswerValue | null>; asked: string[]; open: string[] }[];
}
const shared = JSON.parse(readFileSync(join(import.meta.dirname, '../../../tests/contract/fixtures/questions/questions.json'), 'utf8')) as Shared;
const PLAIN = { help: '', options: [], unit: '', min: null, max: null, decimals: null, tolerance: null, landmark: null, not_assessable: false, visible_if: null };
const questions = shared.questions.map((question) => ({ ...PLAIN, ...question })) as Question[];
const held = (answers: Record<string, AnswerValue | null>): Answers => new Map(Object.entries(answers).map(([code, value]) => [code, { value }]));
const one = (code: string) => questions.find((question) => question.code === code)!;

describe('which questions are asked', () => {
  it.each(shared.cases)('$answers', ({ answers, asked, open }) => {
    expect(visibleQuestions({ questions }, held(answers)).map((q) => q.code)).toEqual(asked);
    expect(unanswered({ questions }, held(answers))).toEqual(open);
  });
});

describe('numbers as typed', () => {
  const wall = one('wall');
  it.each([
    ['', { value: null }],
    ['0', { value: 0 }],
    [' 12,5 ', { value: 12.5 }],
    ['40', { value: 40 }],
    ['40.1', { problem: 'At most 40 mm.' }],
    ['-1', { problem: 'At least 0 mm.' }],
    ['12.55', { problem: 'At most 1 decimal.' }],
    ['twelve', { problem: 'This is no number.' }],
    ['Infinity', { problem: 'This is no number.' }],
  ])('%s', (text, said) => expect(numberIn(text, wall)).toEqual(said));
  it('takes whole numbers alone where no decimals are wanted', () => {
    expect(numberIn('7.5', { ...wall, decimals: 0 })).toEqual({ problem: 'A whole number.' });
  });
});

describe('answers in words', () => {
  it.each<[string, AnswerValue | null, string]>([
    ['ok', 'yes', 'Yes'],
    ['found', ['scar', 'oedema'], 'Scar, Oedema'],
    ['found', [], '–'],
    ['wall', 0, '0 mm'],
    ['wall', { not_assessable: 'motion' }, 'Not assessable: motion'],
    ['why', 'it moved', 'it moved'],
    ['apex', { object: 'x' }, 'Set in the image'],
    ['ok', 'gone', 'gone'],
    ['ok', null, '–'],
  ])('%s %s', (code, value, text) => expect(answerText(one(code), value)).toBe(text));
  it('knows what is given', () => {
    expect([0, ['a'], { not_assessable: 'x' }].every(isGiven)).toBe(true);
    expect([null, undefined, '', []].some(isGiven)).toBe(false);
  });
});
