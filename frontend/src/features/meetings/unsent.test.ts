import { expect, it } from 'vitest';

import { afterSave, givenBack } from './unsent';

it('minutes that were saved are no draft any more', () => {
  expect(afterSave({ base: 3, text: 'Case 1: agreed.' }, 'Case 1: agreed.', 4)).toBeNull();
  expect(afterSave(null, 'Case 1: agreed.', 4)).toBeNull();
});

it('what is typed while minutes are being saved stays, and goes on from what was saved', () => {
  const draft = { base: 3, text: 'Case 1: agreed. Case 2' };
  expect(afterSave(draft, 'Case 1: agreed.', 4)).toEqual({ base: 4, text: 'Case 1: agreed. Case 2' });
});

it('a message that could not be sent comes back without wiping the next one', () => {
  expect(givenBack('', 'Look at the base.')).toBe('Look at the base.');
  expect(givenBack('And at', 'Look at the base.')).toBe('Look at the base. And at');
});
