/** Questions and answers: which are asked, what counts as given, how an answer reads. Pure; the portal decides by the
 * same rules (portal/protocols/schema), and both are tested on tests/contract/fixtures/questions. */
import type { AnswerValue, Condition, Question } from '../api/types';

export type Answers = ReadonlyMap<string, { value: AnswerValue | null }>;

export const reasonOf = (value: AnswerValue | null | undefined): string | null =>
  typeof value === 'object' && value !== null && 'not_assessable' in value ? value.not_assessable : null;

export const objectOf = (value: AnswerValue | null | undefined): string | null =>
  typeof value === 'object' && value !== null && 'object' in value ? value.object : null;

export function isGiven(value: AnswerValue | null | undefined): boolean {
  return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** Those of hidden questions don't count; of a question with several answers one has to be the one asked for. */
function holds(condition: Condition | null, answers: Answers, shown: ReadonlySet<string>): boolean {
  if (condition === null) return true;
  if ('all' in condition) return condition.all.every((part) => holds(part, answers, shown));
  if ('any' in condition) return condition.any.some((part) => holds(part, answers, shown));
  const value = shown.has(condition.question) ? answers.get(condition.question)?.value : undefined;
  return Array.isArray(value) ? value.includes(condition.equals) : value === condition.equals;
}

/** In the protocol's order. */
export function visibleQuestions({ questions }: { questions: Question[] }, answers: Answers): Question[] {
  const shown = new Set<string>();
  return questions.filter((question) => {
    if (!holds(question.visible_if, answers, shown)) return false;
    shown.add(question.code);
    return true;
  });
}

export function unanswered(protocol: { questions: Question[] }, answers: Answers): string[] {
  return visibleQuestions(protocol, answers)
    .filter((question) => question.required && !isGiven(answers.get(question.code)?.value))
    .map((question) => question.code);
}

/** What a number as typed says, or why it can't be taken. */
export function numberIn(text: string, { min, max, decimals, unit }: Pick<Question, 'min' | 'max' | 'decimals' | 'unit'>): { value: number | null } | { problem: string } {
  const said = text.trim().replace(',', '.');
  if (said === '') return { value: null };
  const value = Number(said);
  if (!Number.isFinite(value)) return { problem: 'This is no number.' };
  const of = unit ? ` ${unit}` : '';
  if (min !== null && value < min) return { problem: `At least ${min}${of}.` };
  if (max !== null && value > max) return { problem: `At most ${max}${of}.` };
  if (decimals !== null && Math.abs(Number(value.toFixed(decimals)) - value) > 1e-9 * Math.max(1, Math.abs(value)))
    return { problem: decimals === 0 ? 'A whole number.' : `At most ${decimals} ${decimals === 1 ? 'decimal' : 'decimals'}.` };
  return { value };
}

/** An answer in words; a question that isn't known any more shows what was said. */
export function answerText(question: Question | undefined, value: AnswerValue | null | undefined): string {
  if (!isGiven(value) || value === null || value === undefined) return '–';
  const reason = reasonOf(value);
  if (reason !== null) return `Not assessable: ${reason}`;
  if (objectOf(value) !== null) return 'Set in the image';
  const titled = (one: string) => question?.options.find((option) => option.value === one)?.title ?? one;
  if (Array.isArray(value)) return value.map(titled).join(', ');
  if (typeof value === 'number') return question?.unit ? `${value} ${question.unit}` : String(value);
  return titled(String(value));
}
