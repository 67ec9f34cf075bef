import { Button, Text } from '@mantine/core';
import { useState } from 'react';

import type { AnswerValue, ProtocolDocument } from '../../api/types';
import { QuestionForm } from '../../viewer/QuestionForm';
import classes from './protocols.module.css';

/** The form as readers see it: answers given here try the conditions out and go nowhere. */
export function Preview({ draft }: { draft: ProtocolDocument }) {
  const [answers, setAnswers] = useState<ReadonlyMap<string, { value: AnswerValue | null }>>(new Map());
  if (draft.questions.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing is asked.
      </Text>
    );
  }
  return (
    <div className={classes.preview} data-testid="preview">
      <QuestionForm protocol={draft} answers={answers} disabled={false} onAnswer={(question, value) => setAnswers(new Map(answers).set(question, { value }))} />
      <Button mt="sm" size="compact-xs" variant="subtle" color="gray" onClick={() => setAnswers(new Map())}>
        Clear the answers
      </Button>
    </div>
  );
}
