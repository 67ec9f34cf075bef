/** A protocol being written: small steps on its document. Pure. */
import type { Condition, Protocol, ProtocolDocument, ProtocolRules, Question } from '../../api/types';

export const FORMAT = { format: 'accord-protocol', schema: 2 };
const RULES: (keyof ProtocolRules)[] = [
  'series',
  'convention',
  'structures',
  'questions',
  'ai',
  'double_blind',
  'order',
  'duplicates_share',
  'washout_days',
  'time_limit_days',
  'training',
  'adjudication',
  'bands',
  'submit_requires',
  'layouts',
];

/** The document of a version: what can be written, and nothing else. */
export function documentOf(version: Protocol): ProtocolDocument {
  const rules = Object.fromEntries(RULES.map((name) => [name, version[name]])) as unknown as ProtocolRules;
  return { ...FORMAT, name: version.name, reads_per_case: version.reads_per_case, ...structuredClone(rules) };
}

export const sameDocument = (a: ProtocolDocument, b: ProtocolDocument): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A code out of a title, unlike those that are taken. */
export function codeFrom(title: string, taken: string[], otherwise: string): string {
  const plain = title.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 36) || otherwise;
  let code = slug;
  for (let n = 2; taken.includes(code); n += 1) code = `${slug}_${n}`;
  return code;
}

export function newQuestion(questions: Question[]): Question {
  return {
    code: codeFrom('', questions.map((question) => question.code), 'question'),
    title: '',
    help: '',
    kind: 'choice',
    options: [
      { value: 'yes', title: 'Yes' },
      { value: 'no', title: 'No' },
    ],
    unit: '',
    min: null,
    max: null,
    decimals: null,
    tolerance: null,
    landmark: null,
    required: true,
    not_assessable: false,
    visible_if: null,
  };
}

/** What a question of another kind keeps: nothing that only the old kind knows. */
export function asKind(question: Question, kind: Question['kind']): Question {
  const options = newQuestion([]).options;
  const chosen = kind === 'choice' || kind === 'multiple';
  return {
    ...question,
    kind,
    options: !chosen ? [] : question.options.length > 0 ? question.options : options,
    unit: kind === 'number' ? question.unit : '',
    min: kind === 'number' ? question.min : null,
    max: kind === 'number' ? question.max : null,
    decimals: kind === 'number' ? question.decimals : null,
    tolerance: kind === 'number' || kind === 'landmark' ? question.tolerance : null,
    landmark: kind === 'landmark' ? (question.landmark ?? 'rv_insertion_anterior') : null,
  };
}

export function moved<T>(list: T[], from: number, to: number): T[] {
  if (to < 0 || to >= list.length || from === to) return list;
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** A condition with a question's code changed, so that renaming one keeps what depends on it. */
export function recoded(condition: Condition | null, from: string, to: string): Condition | null {
  if (condition === null) return null;
  if ('question' in condition) return condition.question === from ? { ...condition, question: to } : condition;
  if ('all' in condition) return { all: condition.all.map((part) => recoded(part, from, to)!) };
  return { any: condition.any.map((part) => recoded(part, from, to)!) };
}

/** Whether another question has a code. */
export const taken = (questions: Question[], at: number, code: string): boolean => questions.some((other, n) => n !== at && other.code === code);

/**
 * One question changed; a new code is followed by those that ask about it. A code that another question has is not
 * taken, not for the moment of a keystroke either: the conditions of both could not be told apart any more.
 */
export function withQuestion(questions: Question[], at: number, next: Question): Question[] {
  const before = questions[at]!.code;
  const code = taken(questions, at, next.code) ? before : next.code;
  const follow = before !== code && !taken(questions, at, before);
  return questions.map((question, n) => {
    if (n === at) return { ...next, code };
    return follow ? { ...question, visible_if: recoded(question.visible_if, before, code) } : question;
  });
}

/** The rows of a condition that the page can edit: a joint and single answers; null for one that goes deeper. */
export function flat(condition: Condition | null): { joint: 'all' | 'any'; rows: { question: string; equals: string }[] } | null {
  if (condition === null) return { joint: 'all', rows: [] };
  if ('question' in condition) return { joint: 'all', rows: [condition] };
  const [joint, parts] = 'all' in condition ? (['all', condition.all] as const) : (['any', condition.any] as const);
  const rows = parts.flatMap((part) => ('question' in part ? [part] : []));
  return rows.length === parts.length ? { joint, rows } : null;
}

export function joined(joint: 'all' | 'any', rows: { question: string; equals: string }[]): Condition | null {
  if (rows.length === 0) return null;
  if (rows.length === 1) return rows[0]!;
  return joint === 'all' ? { all: rows } : { any: rows };
}

/** Problems under a path, told by where the page shows them. */
export const problemAt = (problems: Record<string, string[]>, path: string): string | null => problems[path]?.join(' ') ?? null;
export const problemsUnder = (problems: Record<string, string[]>, path: string): number =>
  Object.keys(problems).filter((one) => one === path || one.startsWith(`${path}.`)).length;
