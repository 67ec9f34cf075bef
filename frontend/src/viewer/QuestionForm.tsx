import { Stack, Text } from '@mantine/core';
import { type MouseEvent, useState } from 'react';

import type { AnswerValue, Question } from '../api/types';
import { type Answers, reasonOf, visibleQuestions } from '../components/answers';
import { ChoiceField, MultipleField } from './questions/Chosen';
import { LandmarkField, type Landmarks } from './questions/LandmarkField';
import { NotAssessable } from './questions/NotAssessable';
import classes from './questions/questions.module.css';
import { DateField, NumberField, TextField } from './questions/Typed';

export type OnAnswer = (question: string, value: AnswerValue | null) => void;

interface Props {
  protocol: { questions: Question[] };
  answers: Answers;
  disabled: boolean;
  onAnswer: OnAnswer;
  /** Where landmarks can be set; without it a landmark's question can only be shown. */
  landmarks?: Landmarks;
}

/** The protocol's questions; those whose condition doesn't hold are not shown. */
export function QuestionForm({ protocol, answers, disabled, onAnswer, landmarks }: Props) {
  return (
    <Stack gap="sm">
      {visibleQuestions(protocol, answers).map((question) => (
        <Asked
          key={question.code}
          question={question}
          value={answers.get(question.code)?.value ?? null}
          disabled={disabled}
          onAnswer={onAnswer}
          {...(landmarks ? { landmarks } : {})}
        />
      ))}
    </Stack>
  );
}

interface AskedProps {
  question: Question;
  value: AnswerValue | null;
  disabled: boolean;
  onAnswer: OnAnswer;
  landmarks?: Landmarks;
}

function Asked({ question, value, disabled, onAnswer, landmarks }: AskedProps) {
  const [excusing, setExcusing] = useState(false);
  const excused = reasonOf(value) !== null || excusing;
  const set = (next: AnswerValue | null) => onAnswer(question.code, next);
  const field = { question, value, disabled, set };
  return (
    <div data-testid={`question-${question.code}`} onClick={releaseFocus}>
      <Text size="sm" mb={question.help ? 0 : 6} id={`q-${question.code}`}>
        {question.title}
        {!question.required && <span className={classes.optional}> optional</span>}
      </Text>
      {question.help && (
        <Text size="xs" c="dimmed" mb={6} id={`h-${question.code}`}>
          {question.help}
        </Text>
      )}
      {!excused && question.kind === 'choice' && <ChoiceField {...field} />}
      {!excused && question.kind === 'multiple' && <MultipleField {...field} />}
      {!excused && question.kind === 'number' && <NumberField {...field} />}
      {!excused && question.kind === 'date' && <DateField {...field} />}
      {!excused && question.kind === 'text' && <TextField {...field} />}
      {!excused && question.kind === 'landmark' && <LandmarkField {...field} {...(landmarks ? { landmarks } : {})} />}
      {question.not_assessable && (
        <NotAssessable
          reason={reasonOf(value)}
          excused={excused}
          title={question.title}
          disabled={disabled}
          onExcuse={setExcusing}
          set={(reason) => set(reason === null ? null : { not_assessable: reason })}
        />
      )}
    </div>
  );
}

/** After a click on a chip the arrow keys move through the heart again, not through the answers. */
function releaseFocus(event: MouseEvent): void {
  if (event.detail === 0) return; // by the keyboard
  requestAnimationFrame(() => {
    const focused = document.activeElement;
    if (focused instanceof HTMLInputElement && ['radio', 'checkbox'].includes(focused.type)) focused.blur();
  });
}
