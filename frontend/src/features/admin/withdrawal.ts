/** What a withdrawal removes, in words: counts of the wire, put together by what they are about. */
import { number, plural } from '../../components/format';

/** Key on the wire, the word for one, and for several where adding an s won't do. */
type Noun = readonly [key: string, one: string, several?: string];

const GROUPS: readonly (readonly [title: string, nouns: readonly Noun[]])[] = [
  [
    'Images',
    [
      ['studies', 'study'],
      ['series', 'series', 'series'],
      ['instances', 'instance'],
      ['stacks', 'stack'],
      ['files', 'stored file'],
    ],
  ],
  [
    'Reading',
    [
      ['cases', 'case'],
      ['reads', 'read'],
      ['contours', 'contour'],
      ['revisions', 'revision'],
      ['answers', 'answer'],
      ['measurements', 'measurement'],
      ['comparisons', 'comparison'],
    ],
  ],
  [
    'Reference',
    [
      ['references', 'reference standard'],
      ['reports', 'report'],
    ],
  ],
  [
    'Learning',
    [
      ['dataset items', 'dataset item'],
      ['exports', 'exported archive'],
      ['test items', 'test set item'],
      ['evaluation results', 'evaluation result'],
    ],
  ],
  [
    'Jobs',
    [
      ['jobs', 'job'],
      ['jobs stopped', 'job stopped', 'jobs stopped'],
      ['job files', 'job file'],
    ],
  ],
  [
    'Origin',
    [
      ['identities', 'entry of the re-identification list', 'entries of the re-identification list'],
      ['import lines', 'line of an import', 'lines of imports'],
    ],
  ],
];
const KNOWN = new Set(GROUPS.flatMap(([, nouns]) => nouns.map(([key]) => key)));

export interface Line {
  title: string;
  text: string;
}

/** One line per group that has something; what has no word here stands under its own name. */
export function linesOf(removed: Record<string, number>): Line[] {
  const known = GROUPS.map(([title, nouns]) => ({ title, text: nouns.flatMap((noun) => counted(noun, removed)).join(', ') }));
  const others = Object.entries(removed).filter(([key, n]) => !KNOWN.has(key) && n > 0);
  const rest = { title: 'Other', text: others.map(([key, n]) => `${key} ${number(n)}`).join(', ') };
  return [...known, rest].filter((line) => line.text !== '');
}

function counted([key, one, several]: Noun, removed: Record<string, number>): string[] {
  const n = removed[key] ?? 0;
  if (n === 0) return [];
  return [several === undefined ? plural(n, one) : `${number(n)} ${n === 1 ? one : several}`];
}
