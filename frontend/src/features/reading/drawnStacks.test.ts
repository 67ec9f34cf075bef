import { describe, expect, it } from 'vitest';

import type { ReadStack } from '../../api/types';
import { drawnStacks } from './drawnStacks';

const stack = (id: string, structures: string[], is_read = false) => ({ id, structures, is_read }) as ReadStack;

describe('stacks that a read draws on', () => {
  it('begin with the one that is read and leave out those to look at alone', () => {
    const listed = [stack('2ch', ['la']), stack('localizer', []), stack('sax', ['lv_endo'], true), stack('4ch', ['la', 'ra'])];
    expect(drawnStacks(listed).map(({ id }) => id)).toEqual(['sax', '2ch', '4ch']);
    expect(listed.map(({ id }) => id)).toEqual(['2ch', 'localizer', 'sax', '4ch']);
  });

  it('are one where the protocol asks for no other', () => {
    expect(drawnStacks([stack('sax', ['lv_endo'], true), stack('4ch', [])])).toHaveLength(1);
  });
});
