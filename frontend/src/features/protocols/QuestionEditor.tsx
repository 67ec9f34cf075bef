import { Group, NumberInput, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';

import type { Question, QuestionKind } from '../../api/types';
import { LANDMARKS } from '../../viewer/objects/values';
import { ConditionEditor } from './ConditionEditor';
import { asKind, codeFrom, problemAt, taken } from './draft';
import { OptionsEditor } from './OptionsEditor';
import classes from './protocols.module.css';
import { QUESTION_KINDS } from './words';

interface Props {
  question: Question;
  at: number;
  questions: Question[];
  problems: Record<string, string[]>;
  /** Its code is known to reads: it stays, so that their answers stay comparable. */
  fixed: boolean;
  onChange: (next: Question) => void;
}

const number = (value: string | number): number | null => (value === '' ? null : Number(value));

export function QuestionEditor({ question, at, questions, problems, fixed, onChange }: Props) {
  const wrong = (field: string) => problemAt(problems, `questions.${at}.${field}`);
  const patch = (some: Partial<Question>) => onChange({ ...question, ...some });
  const [typed, setTyped] = useState<string | null>(null); // a code as it is typed, also where it is taken
  const others = questions.filter((_, n) => n !== at).map((other) => other.code);
  const retitle = (title: string) => {
    const follows = !fixed && question.code === codeFrom(question.title, others, 'question');
    patch({ title, ...(follows ? { code: codeFrom(title, others, 'question') } : {}) });
  };
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-start" grow preventGrowOverflow={false}>
        <TextInput label="Question" value={question.title} maxLength={200} error={wrong('title')} onChange={(event) => retitle(event.currentTarget.value)} flex={3} data-autofocus />
        <TextInput
          label="Code"
          classNames={{ input: classes.code! }}
          value={typed ?? question.code}
          maxLength={40}
          readOnly={fixed}
          title={fixed ? 'Reads have answered under this code: it stays.' : 'What exports and statistics call it.'}
          error={typed !== null && taken(questions, at, typed) ? 'Another question has this code.' : wrong('code')}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            patch({ code: event.currentTarget.value });
          }}
          onBlur={() => setTyped(null)}
          flex={2}
        />
      </Group>
      <Textarea label="Help" description="Under the question, in small" autosize minRows={1} maxLength={500} value={question.help} error={wrong('help')} onChange={(event) => patch({ help: event.currentTarget.value })} />
      <Group gap="sm" align="flex-start">
        <Select
          label="Answered by"
          w={190}
          allowDeselect={false}
          data={Object.entries(QUESTION_KINDS).map(([value, label]) => ({ value, label }))}
          value={question.kind}
          error={wrong('kind')}
          onChange={(kind) => kind && onChange(asKind(question, kind as QuestionKind))}
        />
        {question.kind === 'landmark' && (
          <Select
            label="Which"
            w={210}
            allowDeselect={false}
            data={Object.entries(LANDMARKS).map(([value, label]) => ({ value, label }))}
            value={question.landmark}
            error={wrong('landmark')}
            onChange={(landmark) => patch({ landmark })}
          />
        )}
        {question.kind === 'number' && (
          <>
            <TextInput label="Unit" w={80} maxLength={20} value={question.unit} error={wrong('unit')} onChange={(event) => patch({ unit: event.currentTarget.value })} />
            <NumberInput label="From" w={84} value={question.min ?? ''} error={wrong('min')} onChange={(value) => patch({ min: number(value) })} />
            <NumberInput label="To" w={84} value={question.max ?? ''} error={wrong('max')} onChange={(value) => patch({ max: number(value) })} />
            <NumberInput label="Decimals" w={84} min={0} max={6} value={question.decimals ?? ''} error={wrong('decimals')} onChange={(value) => patch({ decimals: number(value) })} />
          </>
        )}
        {(question.kind === 'number' || question.kind === 'landmark') && (
          <NumberInput
            label="Tolerance"
            title={question.kind === 'number' ? 'Readings that differ by no more count as the same.' : 'Landmarks within as many mm count as the same; empty: any place will do.'}
            w={96}
            min={0}
            value={question.tolerance ?? ''}
            error={wrong('tolerance')}
            onChange={(value) => patch({ tolerance: number(value) })}
          />
        )}
      </Group>
      {(question.kind === 'choice' || question.kind === 'multiple') && (
        <OptionsEditor options={question.options} fixed={fixed} problem={(path) => problemAt(problems, `questions.${at}.options${path}`)} onChange={(options) => patch({ options })} />
      )}
      <Group gap="lg">
        <Switch label="Has to be answered" checked={question.required} onChange={(event) => patch({ required: event.currentTarget.checked })} />
        <Switch label="“Not assessable”, with a reason, will do" checked={question.not_assessable} onChange={(event) => patch({ not_assessable: event.currentTarget.checked })} />
      </Group>
      <ConditionEditor condition={question.visible_if} earlier={questions.slice(0, at)} all={questions} problem={wrong('visible_if')} onChange={(visible_if) => patch({ visible_if })} />
    </Stack>
  );
}
