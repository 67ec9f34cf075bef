import { Textarea, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

import { numberIn } from '../../components/answers';
import { type FieldProps, named, PAUSE_MS } from './field';

/** Text as typed, saved after a pause and when the field is left; what comes from elsewhere replaces it. */
function useTyped(stored: string, save: (text: string) => void) {
  const [text, setText] = useState(stored);
  useEffect(() => setText(stored), [stored]);
  const done = () => {
    if (text !== stored) save(text);
  };
  useEffect(() => {
    if (text === stored) return undefined;
    const timer = setTimeout(done, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return { text, setText, done };
}

export function TextField({ question, value, disabled, set }: FieldProps) {
  const { text, setText, done } = useTyped(typeof value === 'string' ? value : '', (said) => set(said.trim() === '' ? null : said));
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

export function NumberField({ question, value, disabled, set }: FieldProps) {
  const stored = typeof value === 'number' ? String(value) : '';
  const save = (said: string) => {
    const read = numberIn(said, question);
    if ('value' in read && read.value !== (typeof value === 'number' ? value : null)) set(read.value);
  };
  const { text, setText, done } = useTyped(stored, save);
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
  const { text, setText, done } = useTyped(typeof value === 'string' ? value : '', (said) => set(said === '' ? null : said));
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
