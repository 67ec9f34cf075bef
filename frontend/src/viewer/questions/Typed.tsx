import { Textarea, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

import type { Question } from '../../api/types';
import { numberIn } from '../../components/answers';
import { type FieldProps, named, PAUSE_MS } from './field';
import { PLAIN, shownOf, type Spelling, toSave } from './spelling';

/** Text as typed, saved after a pause and when the field is left; another answer from elsewhere replaces it. */
function useTyped<T extends string | number>(stored: T | null, spelling: Spelling<T>, save: (answer: T | null) => void) {
  const [text, setText] = useState(() => spelling.write(stored));
  const [shown, setShown] = useState(stored);
  if (shown !== stored) {
    setShown(stored);
    setText(shownOf(text, stored, spelling));
  }
  const said = toSave(text, stored, spelling);
  const done = () => {
    if (said !== undefined) save(said);
  };
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(done, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return { text, setText, done };
}

export function TextField({ question, value, disabled, set }: FieldProps) {
  const { text, setText, done } = useTyped(typeof value === 'string' ? value : null, PLAIN, set);
  return (
    <Textarea
      {...named(question)}
      autosize
      minRows={2}
      maxLength={2000}
      value={text}
      disabled={disabled}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={done}
    />
  );
}

const numbersOf = (question: Question): Spelling<number> => ({
  read: (text) => {
    const said = numberIn(text, question);
    return 'value' in said ? said.value : undefined;
  },
  write: (answer) => (answer === null ? '' : String(answer)),
});

export function NumberField({ question, value, disabled, set }: FieldProps) {
  const { text, setText, done } = useTyped(typeof value === 'number' ? value : null, numbersOf(question), set);
  const read = numberIn(text, question);
  const range = [question.min, question.max].map((limit) => limit ?? '…').join(' to ');
  return (
    <TextInput
      {...named(question)}
      inputMode="decimal"
      size="xs"
      w={170}
      autoComplete="off"
      placeholder={question.min === null && question.max === null ? '' : range}
      value={text}
      disabled={disabled}
      error={'problem' in read ? read.problem : null}
      rightSection={question.unit ? <span aria-hidden>{question.unit}</span> : null}
      rightSectionWidth={question.unit ? 14 + question.unit.length * 8 : 0}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      onBlur={done}
    />
  );
}

export function DateField({ question, value, disabled, set }: FieldProps) {
  const { text, setText, done } = useTyped(typeof value === 'string' ? value : null, PLAIN, set);
  return (
    <TextInput
      {...named(question)}
      type="date"
      size="xs"
      w={170}
      max="9999-12-31"
      value={text}
      disabled={disabled}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={done}
    />
  );
}
