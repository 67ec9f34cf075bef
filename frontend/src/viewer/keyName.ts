const NAMES: Record<string, string> = {
  ' ': 'space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Delete: 'Del',
  Backspace: '⌫',
};

/** A key as a person reads it: `Shift+A` is ⇧A, `Ctrl+z` is Ctrl Z. */
export function keyName(key: string): string {
  return key
    .split('+')
    .map((part) => (part === 'Shift' ? '⇧' : part === 'Ctrl' ? 'Ctrl ' : (NAMES[part] ?? part.toUpperCase())))
    .join('');
}
