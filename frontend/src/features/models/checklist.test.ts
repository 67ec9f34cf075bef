import { expect, test } from 'vitest';

import { type ChecklistItem, isStatus, shortTitle, shown, type Status } from './checklist';

const item = (number: string, status: Status): ChecklistItem => ({ number, topic: '', ask: '', status, text: '', link: '', rest: '' });
const sections = [
  { title: 'Methods', items: [item('1', 'records'), item('2', 'person')] },
  { title: 'Results', items: [item('3', 'person')] },
];

test('a status leaves its items, and no empty section', () => {
  expect(shown(sections, null)).toEqual(sections);
  expect(shown(sections, 'records')).toEqual([{ title: 'Methods', items: [item('1', 'records')] }]);
  expect(shown(sections, 'person').map((s) => s.items.map((i) => i.number))).toEqual([['2'], ['3']]);
  expect(shown(sections, 'part')).toEqual([]);
});

test('what stands in the address may be anything', () => {
  expect(isStatus('person')).toBe(true);
  expect(isStatus('people')).toBe(false);
  expect(isStatus(null)).toBe(false);
});

test('a list is called by the first words of its title', () => {
  expect(shortTitle('CLAIM: Checklist for Artificial Intelligence')).toBe('CLAIM');
  expect(shortTitle('Other')).toBe('Other');
});
