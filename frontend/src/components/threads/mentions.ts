import type { Person } from './types';

/** Ids of the people whose `@Name` still stands in the text; of two names that begin alike the longer one counts. */
export function mentionsIn(text: string, people: readonly Person[]): string[] {
  const found = new Set<string>();
  let rest = text;
  for (const person of [...people].sort((a, b) => b.name.length - a.name.length)) {
    const tag = `@${person.name}`;
    if (rest.includes(tag)) {
      found.add(person.id);
      rest = rest.split(tag).join(' ');
    }
  }
  return [...found];
}

/** The text with `@Name` put where the cursor is, set off by blanks, and where the cursor goes then. */
export function withMention(text: string, at: number, name: string): { text: string; at: number } {
  const before = text.slice(0, at);
  const after = text.slice(at);
  const gap = before === '' || /\s$/.test(before) ? '' : ' ';
  const tag = `${gap}@${name}${/^\s/.test(after) ? '' : ' '}`;
  return { text: before + tag + after, at: at + tag.length };
}
