import { Chip, Group, Stack, Text, Textarea } from '@mantine/core';
import { type MouseEvent, useEffect, useState } from 'react';

import type { Protocol, Question } from '../api/types';

interface Props {
  protocol: Protocol;
  answers: ReadonlyMap<string, { value: string | null }>;
  disabled: boolean;
  onAnswer: (question: string, value: string | null) => void;
}

export function visibleQuestions(protocol: Protocol, answers: ReadonlyMap<string, { value: string | null }>): Question[] {
  return protocol.questions.filter((q) => q.visible_if === null || answers.get(q.visible_if.question)?.value === q.visible_if.equals);
}

/** The protocol's questions; those whose condition doesn't hold are not shown. */
export function QuestionForm({ protocol, answers, disabled, onAnswer }: Props) {
  return (
    <Stack gap="sm">
      {visibleQuestions(protocol, answers).map((question) => (
        <div key={question.code} data-testid={`question-${question.code}`}>
          <Text size="sm" mb={6} id={`q-${question.code}`}>
            {question.title}
          </Text>
          {question.kind === 'choice' ? (
            <Chip.Group value={answers.get(question.code)?.value ?? null} onChange={(value) => onAnswer(question.code, String(value))}>
              <Group gap={6} role="radiogroup" aria-labelledby={`q-${question.code}`} onClick={releaseFocus}>
                {question.options.map((option) => (
                  <Chip key={option.value} value={option.value} size="xs" radius="sm" variant="outline" disabled={disabled}>
                    {option.title}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          ) : (
            <Written question={question} value={answers.get(question.code)?.value ?? ''} disabled={disabled} onAnswer={onAnswer} />
          )}
        </div>
      ))}
    </Stack>
  );
}

/** After a click the arrow keys move through the heart again, not through the answers. */
function releaseFocus(event: MouseEvent): void {
  if (event.detail > 0) requestAnimationFrame(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
}

interface WrittenProps {
  question: Question;
  value: string;
  disabled: boolean;
  onAnswer: (question: string, value: string | null) => void;
}

const PAUSE_MS = 800;

/** Saved after a pause in typing and when the field is left. */
function Written({ question, value, disabled, onAnswer }: WrittenProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const save = () => {
    if (text !== value) onAnswer(question.code, text.trim() === '' ? null : text);
  };
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(save, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <Textarea
      aria-labelledby={`q-${question.code}`}
      autosize
      minRows={2}
      maxLength={2000}
      value={text}
      disabled={disabled}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
    />
  );
}
