/** A protocol in words: titles of what the wire names, and short sentences about it. Pure. */
import type { Change, Condition, ProtocolDocument, Question, QuestionKind, Way } from '../../api/types';
import { capital, words } from '../../components/format';
import { LANDMARKS } from '../../viewer/objects/values';

export const QUESTION_KINDS: Record<QuestionKind, string> = {
  choice: 'One of several',
  multiple: 'Any of several',
  number: 'Number',
  text: 'Text',
  date: 'Date',
  landmark: 'Landmark in the image',
};

export const STRUCTURES: Record<string, { title: string; color: string }> = {
  lv_endo: { title: 'LV endocardium', color: '#ff5c7a' },
  lv_epi: { title: 'LV epicardium', color: '#4cd4a0' },
  rv_endo: { title: 'RV endocardium', color: '#ffd24c' },
  la: { title: 'Left atrium', color: '#57c7ff' },
  ra: { title: 'Right atrium', color: '#c79bff' },
  scar: { title: 'Scar', color: '#ff9d5c' },
  no_reflow: { title: 'No-reflow', color: '#8ee39b' },
};

export const AI: Record<string, string> = {
  never: 'Never',
  after_first: 'After a first read without it',
  from_start: 'From the start',
};

export const PROPOSALS: Record<string, string> = {
  majority: 'the majority of readings',
  staple: 'STAPLE of all readings',
  designated: 'a designated reading',
};

export const WAYS: Record<Way, string> = {
  same: 'is the same',
  renamed: 'goes on as',
  split: 'is split into',
  dropped: 'is dropped',
};

export const BANDS: [name: string, label: string, unit: string][] = [
  ['edv_ml', 'EDV', 'ml'],
  ['esv_ml', 'ESV', 'ml'],
  ['ef_points', 'EF', 'points'],
  ['mass_g', 'LV mass', 'g'],
];

export const landmarkName = (code: string | null): string => (code && LANDMARKS[code]) || 'Landmark';

const TITLES: Record<string, string> = {
  name: 'Name',
  reads_per_case: 'Reads per case',
  series: 'Series',
  ai: 'AI is shown',
  double_blind: 'Double blind',
  'order.kind': 'Order of cases',
  'order.stratify_by': 'Order is stratified by',
  duplicates_share: 'Hidden duplicates',
  washout_days: 'Washout, days',
  time_limit_days: 'Time limit, days',
  'convention.papillary': 'Papillary muscles count to',
  'adjudication.ef_crossing': 'EF thresholds',
  'bands.dice_min': 'Smallest Dice',
  layouts: 'Layouts of the reading room',
};

/** What changed, by the titles that the page uses; `named` are the documents it may name things from. */
export function changeTitle({ path, kind, before, after }: Change, named: ProtocolDocument[]): string {
  if (TITLES[path]) return TITLES[path];
  const [part, code, field] = path.split('.');
  if (part === 'questions' || part === 'structures') {
    const found = named.flatMap((one) => one[part] as { code: string; title: string }[]).find((row) => row.code === code);
    const one = part === 'questions' ? 'Question' : 'Structure';
    if (!code) return part === 'questions' ? 'Order of questions' : 'Order of structures';
    const told = kind === 'added' ? after : kind === 'removed' ? before : null;
    return `${one} “${found?.title ?? (typeof told === 'string' ? told : code)}”${field ? `: ${words(field)}` : ''}`;
  }
  const band = BANDS.find(([name]) => path === `bands.${name}`);
  if (band) return `Band of ${band[1]}, ${band[2]}`;
  return capital(words(path.replaceAll('.', ', ')));
}

export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  if (typeof value === 'object') {
    if ('title' in value) return String((value as { title: unknown }).title);
    return Object.values(value).map(valueText).join(' ');
  }
  return String(value);
}

export const changeText = ({ kind, before, after }: Change): string =>
  kind === 'added' ? 'added' : kind === 'removed' ? 'removed' : kind === 'moved' ? 'moved' : `${valueText(before)} → ${valueText(after)}`;

/** "Class is Infarct and (Scar is Present or …)". */
export function conditionText(condition: Condition | null, questions: Question[]): string {
  if (condition === null) return 'always';
  if ('question' in condition) {
    const asked = questions.find((question) => question.code === condition.question);
    const answer = asked?.options.find((option) => option.value === condition.equals);
    return `“${asked?.title ?? condition.question}” is ${answer?.title ?? condition.equals}`;
  }
  const [parts, joint] = 'all' in condition ? [condition.all, ' and '] : [condition.any, ' or '];
  return parts.map((part) => ('question' in part ? conditionText(part, questions) : `(${conditionText(part, questions)})`)).join(joint);
}
