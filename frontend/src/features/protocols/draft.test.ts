import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Change, ProtocolDocument, Question } from '../../api/types';
import { asKind, codeFrom, flat, joined, moved, newQuestion, problemsUnder, recoded, withQuestion } from './draft';
import { changeText, changeTitle, conditionText } from './words';

const library = (key: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../../portal/protocols/library', `${key}.json`), 'utf8')) as ProtocolDocument;
const scar = library('infarct-scar');
const question = (more: Partial<Question>): Question => ({ ...newQuestion([]), ...more });

describe('codes', () => {
  it('come from titles and are taken once', () => {
    expect(codeFrom('Wall thickness (mm)', [], 'q')).toBe('wall_thickness_mm');
    expect(codeFrom('Été à Genève', [], 'q')).toBe('ete_a_geneve');
    expect(codeFrom('Class', ['class', 'class_2'], 'q')).toBe('class_3');
    expect(codeFrom('心', [], 'question')).toBe('question');
  });
  it('are followed by the conditions that name them', () => {
    const questions = [question({ code: 'a' }), question({ code: 'b', visible_if: { any: [{ question: 'a', equals: 'yes' }] } })];
    const next = withQuestion(questions, 0, { ...questions[0]!, code: 'c' });
    expect(next[1]!.visible_if).toEqual({ any: [{ question: 'c', equals: 'yes' }] });
    expect(recoded({ all: [{ question: 'x', equals: 'y' }] }, 'a', 'c')).toEqual({ all: [{ question: 'x', equals: 'y' }] });
  });
  it('typed through another’s code move no conditions', () => {
    const asks = (code: string, about: string) => question({ code, visible_if: { question: about, equals: 'yes' } });
    let questions = [question({ code: 'scar' }), question({ code: 'sca' }), asks('x', 'scar'), asks('y', 'sca')];
    for (const code of ['scar', 'scars']) questions = withQuestion(questions, 1, { ...questions[1]!, code });
    expect(questions.map((one) => one.code)).toEqual(['scar', 'scars', 'x', 'y']);
    expect(questions.slice(2).map((one) => one.visible_if)).toEqual([
      { question: 'scar', equals: 'yes' },
      { question: 'scars', equals: 'yes' },
    ]);
  });
  it('that two questions have are followed by no condition', () => {
    const questions = [question({ code: 'a' }), question({ code: 'a' }), question({ code: 'b', visible_if: { question: 'a', equals: 'yes' } })];
    expect(withQuestion(questions, 1, { ...questions[1]!, code: 'c' })[2]!.visible_if).toEqual({ question: 'a', equals: 'yes' });
  });
});

describe('questions', () => {
  it('keep nothing that another kind doesn’t know', () => {
    const asked = question({ kind: 'number', unit: 'mm', min: 1, max: 2, decimals: 1, tolerance: 3, options: [] });
    expect(asKind(asked, 'text')).toMatchObject({ unit: '', min: null, max: null, decimals: null, tolerance: null, options: [] });
    expect(asKind(asked, 'choice').options).toHaveLength(2);
    expect(asKind(asked, 'landmark')).toMatchObject({ tolerance: 3, landmark: 'rv_insertion_anterior' });
  });
  it('move, and stay where there is no place', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b'], 1, 2)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
});

describe('conditions', () => {
  it('of one level come apart and together again', () => {
    for (const { visible_if } of scar.questions) {
      const found = flat(visible_if);
      expect(found && joined(found.joint, found.rows)).toEqual(visible_if);
    }
    expect(flat({ all: [{ any: [{ question: 'a', equals: 'b' }] }] })).toBeNull();
    expect(joined('any', [])).toBeNull();
  });
  it('read as a sentence', () => {
    expect(conditionText(scar.questions.find((q) => q.code === 'mvo')!.visible_if, scar.questions)).toBe('“Infarct” is Present');
    expect(conditionText(null, [])).toBe('always');
    const nested = { all: [{ question: 'assessable', equals: 'yes' }, { any: [{ question: 'x', equals: 'y' }, { question: 'x', equals: 'z' }] }] };
    expect(conditionText(nested, scar.questions)).toBe('“Can this case be assessed?” is Yes and (“x” is y or “x” is z)');
  });
});

const changed = (path: string): Change => ({ path, kind: 'changed', before: 1, after: 2 });

describe('changes', () => {
  it('are told by title', () => {
    expect(changeTitle(changed('questions.mvo.title'), [scar])).toBe('Question “Microvascular obstruction”: title');
    expect(changeTitle({ ...changed('questions.gone'), kind: 'removed', before: 'What was' }, [scar])).toBe('Question “What was”');
    expect(changeTitle(changed('bands.edv_ml'), [scar])).toBe('Band of EDV, ml');
    expect(changeText({ path: 'washout_days', kind: 'changed', before: null, after: 14 })).toBe('– → 14');
    expect(changeText({ path: 'x', kind: 'changed', before: [{ value: 'a', title: 'A' }], after: [] })).toBe('A → none');
  });
  it('count what lies under a path, not beside it', () => {
    const problems = { 'questions.1.title': ['x'], 'questions.10.title': ['y'], questions: ['z'] };
    expect(problemsUnder(problems, 'questions.1')).toBe(1);
    expect(problemsUnder(problems, 'questions')).toBe(3);
  });
});
