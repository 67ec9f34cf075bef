/** Documents made from records, as the portal sends them. */
export interface Fact {
  name: string;
  value: string;
  link: string;
}

export type Block =
  | { kind: 'facts'; facts: Fact[] }
  | { kind: 'items'; items: string[] }
  | { kind: 'note'; text: string }
  | { kind: 'table'; title: string; head: string[]; rows: string[][]; note: string };

export interface Paper {
  title: string;
  subtitle: string;
  warnings: string[];
  sections: { title: string; blocks: Block[] }[];
}

const EMPTY = new Set(['not recorded', 'not enough data']);

/** Whether a value says that there is none; it is shown paler. */
export const isLacking = (value: string): boolean => EMPTY.has(value);
