import { useEffect, useRef } from 'react';

export type Keys = Record<string, () => void>;

/** Does this key go into a field rather than to the tools? */
export function typing(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // a radio, checkbox or slider takes arrows and space alone: letters stay tools
  if (target instanceof HTMLInputElement && ['radio', 'checkbox', 'range'].includes(target.type)) return key === ' ' || key.startsWith('Arrow');
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Does it go into a field or to a dialog rather than to the tools? */
export const goesElsewhere = ({ target, key }: Pick<KeyboardEvent, 'target' | 'key'>): boolean =>
  typing(target, key) || document.querySelector('[role="dialog"]') !== null;

/** How a key is named here. */
export function pressed(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): string {
  const control = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  const shift = event.shiftKey && event.key.length === 1 ? 'Shift+' : '';
  return control + shift + event.key;
}

/** Single keys, as printed on the tools: `a`, `Shift+A`, `Ctrl+z`, `ArrowUp`, ` `. Not while typing or in a dialog. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  }, [keys]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || goesElsewhere(event)) return;
      // text that is marked is copied as anywhere
      if (pressed(event) === 'Ctrl+c' && getSelection()?.toString()) return;
      const onButton = event.target instanceof HTMLElement && event.target.closest('button, a, [role="radio"]');
      if (onButton && (event.key === ' ' || event.key === 'Enter')) return;
      // shifted digits are other signs on every keyboard: the key's place tells which digit it is
      const digit = event.shiftKey && /^Digit[1-9]$/.test(event.code) ? latest.current[`Shift+${event.code.slice(5)}`] : undefined;
      const action = latest.current[pressed(event)] ?? digit;
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
