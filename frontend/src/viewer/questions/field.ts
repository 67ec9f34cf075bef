import type { AnswerValue, Question } from '../../api/types';

/** What every kind of field gets. */
export interface FieldProps {
  question: Question;
  value: AnswerValue | null;
  disabled: boolean;
  set: (value: AnswerValue | null) => void;
}

/** Names a field for those who can't see the question above it. */
export const named = ({ code, help }: Question) => ({
  'aria-labelledby': `q-${code}`,
  ...(help ? { 'aria-describedby': `h-${code}` } : {}),
});

export const PAUSE_MS = 800;
