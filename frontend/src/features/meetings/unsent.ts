/** What somebody writes in a meeting and hasn't sent yet. Pure. */

export interface MinutesDraft {
  /** The version of the minutes that it was begun on. */
  base: number;
  text: string;
}

/** What is left of the draft once `sent` is saved as that version: whatever was typed meanwhile. */
export const afterSave = (draft: MinutesDraft | null, sent: string, version: number): MinutesDraft | null =>
  draft === null || draft.text === sent ? null : { base: version, text: draft.text };

/** The chat's field when a message couldn't be sent: it comes back, before what was typed meanwhile. */
export const givenBack = (text: string, unsent: string): string => (text.trim() === '' ? unsent : `${unsent} ${text}`);
