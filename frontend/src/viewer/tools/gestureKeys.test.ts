import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Gesture } from './gesture';
import { keyHeard } from './gestureKeys';

class Element {
  type = 'text';
  isContentEditable = false;
  constructor(readonly tagName: string) {}
}

let dialog: Element | null = null;
beforeEach(() => {
  dialog = null;
  vi.stubGlobal('HTMLElement', Element);
  vi.stubGlobal('HTMLInputElement', class extends Element {});
  vi.stubGlobal('document', { querySelector: () => dialog });
});
afterEach(() => vi.unstubAllGlobals());

/** A contour of a few clicks, unfinished, hears these keys. */
function heard(key: string, target: Element): string | null {
  const running: Gesture = { move: () => undefined, release: () => 'goes on', key: (k) => (k === 'Backspace' ? 'goes on' : k === 'Enter' ? 'done' : null) };
  return keyHeard({ key, target, ctrlKey: false, metaKey: false, shiftKey: false } as unknown as KeyboardEvent, running, (k) => k === '[');
}

it('keys over the image go to the unfinished contour, then to the tool', () => {
  const image = new Element('DIV');
  expect(['Enter', 'Backspace', '[', 'a'].map((key) => heard(key, image))).toEqual(['done', 'goes on', 'acted', null]);
});

it('keys in a field or beside an open dialog don’t', () => {
  const keys = ['Enter', 'Backspace', '['];
  for (const tag of ['TEXTAREA', 'INPUT']) expect(keys.map((key) => heard(key, new Element(tag)))).toEqual([null, null, null]);
  dialog = new Element('DIV');
  expect(keys.map((key) => heard(key, new Element('DIV')))).toEqual([null, null, null]);
});
