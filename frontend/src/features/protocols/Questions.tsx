import { Button, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';

import type { Question } from '../../api/types';
import { moved, newQuestion, problemsUnder, withQuestion } from './draft';
import { QuestionCard } from './QuestionCard';
import { Section, type SectionProps } from './Section';

interface Props extends SectionProps {
  /** Codes that reads of the version before have answered under. */
  fixed: ReadonlySet<string>;
}

/** The questionnaire: one card for each question, in the order in which they are asked. */
export function Questions({ draft, set, problems, readOnly, fixed }: Props) {
  const { questions } = draft;
  const [open, setOpen] = useState<number | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const said = useRef<HTMLDivElement>(null);
  const put = (next: Question[]) => set({ questions: next });
  const move = (from: number, to: number) => {
    const next = moved(questions, from, to);
    if (next === questions) return;
    put(next);
    setOpen(open === from ? to : null);
    if (said.current) said.current.textContent = `${questions[from]!.title || 'Question'} is now question ${to + 1} of ${questions.length}.`;
  };
  return (
    <Section
      id="questions"
      title="Questions"
      about="Asked in this order. Drag a question, or focus its handle and press the arrow keys, to move it."
      wrong={problemsUnder(problems, 'questions')}
    >
      <Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {questions.map((question, n) => (
          <QuestionCard
            key={n}
            question={question}
            at={n}
            questions={questions}
            problems={problems}
            readOnly={readOnly}
            fixed={fixed.has(question.code)}
            open={open === n}
            over={over === n && dragged !== n}
            onOpen={() => setOpen(open === n ? null : n)}
            onChange={(next) => put(withQuestion(questions, n, next))}
            onRemove={() => {
              put(questions.filter((_, other) => other !== n));
              setOpen(null);
            }}
            onMove={(to) => move(n, to)}
            onDrag={(what) => {
              if (what === 'start') setDragged(n);
              else if (what === 'over') setOver(n);
              else {
                if (what === 'drop' && dragged !== null) move(dragged, n);
                setDragged(null);
                setOver(null);
              }
            }}
          />
        ))}
      </Stack>
      {questions.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is asked: readers contour alone.
        </Text>
      )}
      <div ref={said} role="status" className="mantine-visually-hidden" />
      {!readOnly && (
        <Button
          mt={8}
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            put([...questions, newQuestion(questions)]);
            setOpen(questions.length);
          }}
        >
          Add a question
        </Button>
      )}
    </Section>
  );
}
