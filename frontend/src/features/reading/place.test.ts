import { expect, it, vi } from 'vitest';

import type { Workspace } from '../../viewer/workspace';
import { goTo, placeOf } from './place';

const go = vi.fn();
const onLongAxis = { open: { stack: { id: 'lax' } }, editor: { cine: { slice: 0, phase: 7, go }, structure: 'la' } } as unknown as Workspace;

it('a question names the images on the screen', () => {
  expect(placeOf(onLongAxis)).toEqual({ kind: 'image', stack_id: 'lax', slice: 0, phase: 7, structure: 'la' });
});

it('a place leads to its own images, never to the same slice of others', () => {
  const drawOn = vi.fn();
  goTo({ kind: 'image', stack_id: 'sax', slice: 5, phase: 2 }, onLongAxis, drawOn);
  expect(go).not.toHaveBeenCalled();
  expect(drawOn).toHaveBeenCalledWith('sax');
  goTo({ kind: 'image', stack_id: 'lax', slice: 0, phase: 2 }, onLongAxis, drawOn);
  expect(go).toHaveBeenCalledWith(0, 2);
  expect(drawOn).toHaveBeenCalledTimes(1);
});
