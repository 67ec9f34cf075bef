/** What is typed into a field against what is stored. Pure. */

/** How a field's text and its answer go together. */
export interface Spelling<T> {
  /** The answer that the text gives, null for none; undefined where it can't be taken. */
  read: (text: string) => T | null | undefined;
  write: (answer: T | null) => string;
}

export const PLAIN: Spelling<string> = {
  read: (text) => (text.trim() === '' ? null : text),
  write: (answer) => answer ?? '',
};

/** The answer to save; undefined where the text says what is stored, or nothing that can be saved. */
export function toSave<T>(text: string, stored: T | null, { read }: Spelling<T>): T | null | undefined {
  const said = read(text);
  return said === stored ? undefined : said;
}

/** What the field shows of what is stored: the text as typed where it means the same, so that typing goes on. */
export const shownOf = <T>(text: string, stored: T | null, { read, write }: Spelling<T>): string =>
  read(text) === stored ? text : write(stored);
