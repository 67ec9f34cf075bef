import { describe, expect, it } from 'vitest';

import { BUILT_IN } from '../layouts/builtin';
import { keysFor, takenBy } from '../keys';
import { TOOLS } from '../tools/registry';
import { GROUP_NAMES, keyEntries } from './registry';

describe('keys', () => {
  it('mean one thing each', () => {
    const entries = keyEntries({});
    const keys = entries.flatMap((entry) => entry.keys.map((key) => [key, entry.id] as const));
    const twice = keys.filter(([key], i) => keys.findIndex(([other]) => other === key) !== i);
    expect(twice).toEqual([]);
    // what reading, settling and layouts keep for themselves
    const reserved = ['n', 'b', 'l', 'k', 'o', 'm', '[', ']', 'Shift+{', 'Shift+}', '?', 'Shift+?', ...BUILT_IN.map((_, i) => `Shift+${i + 1}`)];
    expect(keys.filter(([key]) => reserved.includes(key))).toEqual([]);
  });

  it('that a tool has of its own, where the mouse is, mean nothing else', () => {
    const taken = new Set(keyEntries({}).flatMap((entry) => entry.keys));
    const twice = TOOLS.flatMap(({ id, keys = {} }) => Object.keys(keys).filter((key) => taken.has(key)).map((key) => `${id} ${key}`));
    // a control point under the mouse goes, where otherwise the contour would
    expect(twice).toEqual(['points Backspace']);
  });

  it('are the person’s own where they were changed', () => {
    expect(keysFor('accept', ['a'], {})).toEqual(['a']);
    expect(keysFor('accept', ['a'], { accept: 'F2' })).toEqual(['F2']);
    expect(keysFor('accept', ['a'], { accept: '' })).toEqual([]);
    const entries = keyEntries({ accept: 'F2' });
    expect(takenBy('F2', 'undo', entries)).toBe('accept');
    expect(takenBy('F2', 'accept', entries)).toBeNull();
  });

  it('belong to groups that have names', () => {
    for (const { group } of keyEntries({})) expect(GROUP_NAMES).toHaveProperty(group);
  });
});
