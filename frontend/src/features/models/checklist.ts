/** Reporting checklists of one model. */
export type Status = 'records' | 'part' | 'person';

export interface ChecklistBrief {
  code: string;
  title: string;
  reference: string;
  verified: boolean;
  counts: Record<Status, number>;
}

export interface ChecklistItem {
  number: string;
  topic: string;
  ask: string;
  status: Status;
  text: string;
  link: string;
  /** What a person has to add to what the records say. */
  rest: string;
}

export interface Checklist extends ChecklistBrief {
  checked: string;
  model: string;
  sections: { title: string; items: ChecklistItem[] }[];
}

export const SPOKEN: Record<Status, string> = {
  records: 'from records',
  part: 'in part',
  person: 'needs a person',
};

export const COLOUR: Record<Status, string> = { records: 'green', part: 'blue', person: 'orange' };

/** `CLAIM` of `CLAIM: Checklist for …`. */
export const shortTitle = (title: string): string => title.split(':')[0] ?? title;

export const isStatus = (value: string | null): value is Status => value !== null && value in SPOKEN;

/** Sections with the items of one status alone, those left empty dropped; all of them for none. */
export function shown(sections: Checklist['sections'], status: Status | null): Checklist['sections'] {
  if (status === null) return sections;
  return sections
    .map((section) => ({ ...section, items: section.items.filter((item) => item.status === status) }))
    .filter((section) => section.items.length > 0);
}
