import { describe, expect, it } from 'vitest';

import { numberIn } from '../../components/answers';
import { PLAIN, shownOf, type Spelling, toSave } from './spelling';

const NUMBER: Spelling<number> = {
  read: (text) => {
    const said = numberIn(text, { min: 0, max: 20, decimals: 1, unit: 'mm' });
    return 'value' in said ? said.value : undefined;
  },
  write: (answer) => (answer === null ? '' : String(answer)),
};

describe('a number as typed', () => {
  it.each([
    ['1.0', 1],
    ['12.', 12],
    ['0.0', 0],
    ['5,', 5],
    ['', null],
  ])('%s is saved once and stays as it is typed', (text, answer) => {
    expect(toSave(text, 99, NUMBER)).toBe(answer);
    expect(toSave(text, answer, NUMBER)).toBeUndefined();
    expect(shownOf(text, answer, NUMBER)).toBe(text);
  });
  it('is replaced by another one from elsewhere', () => {
    expect(shownOf('1.0', 1.5, NUMBER)).toBe('1.5');
    expect(shownOf('1.0', null, NUMBER)).toBe('');
  });
  it('is not saved where it can’t be taken', () => {
    expect(toSave('105', 1, NUMBER)).toBeUndefined();
    expect(toSave('-', null, NUMBER)).toBeUndefined();
  });
});

describe('a text as typed', () => {
  it('of blanks is no answer, and none is stored already', () => {
    expect(toSave(' ', null, PLAIN)).toBeUndefined();
    expect(shownOf(' ', null, PLAIN)).toBe(' ');
  });
  it('of blanks takes back what was said', () => {
    expect(toSave(' \n', 'thin wall', PLAIN)).toBeNull();
  });
  it('is saved as it is', () => {
    expect(toSave('thin wall ', 'thin wall', PLAIN)).toBe('thin wall ');
    expect(toSave('thin wall ', 'thin wall ', PLAIN)).toBeUndefined();
  });
});
