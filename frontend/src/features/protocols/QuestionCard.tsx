import { ActionIcon, Badge, Box, Group, Text, UnstyledButton } from '@mantine/core';
import { IconGripVertical, IconTrash } from '@tabler/icons-react';
import { type KeyboardEvent, useRef } from 'react';

import type { Question } from '../../api/types';
import { problemsUnder } from './draft';
import classes from './protocols.module.css';
import { QuestionEditor } from './QuestionEditor';
import { conditionText, landmarkName, QUESTION_KINDS } from './words';

interface Props {
  question: Question;
  at: number;
  questions: Question[];
  problems: Record<string, string[]>;
  readOnly: boolean;
  fixed: boolean;
  open: boolean;
  over: boolean;
  onOpen: () => void;
  onChange: (next: Question) => void;
  onRemove: () => void;
  onMove: (to: number) => void;
  onDrag: (what: 'start' | 'over' | 'drop' | 'end') => void;
}

export function QuestionCard({ question, at, questions, problems, readOnly, fixed, open, over, onOpen, onChange, onRemove, onMove, onDrag }: Props) {
  const card = useRef<HTMLLIElement>(null);
  const wrong = problemsUnder(problems, `questions.${at}`);
  const name = question.title || 'New question';
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || readOnly) return;
    event.preventDefault();
    onMove(at + step);
    // the handle goes on with its question
    requestAnimationFrame(() => card.current?.parentElement?.children[at + step]?.querySelector<HTMLElement>('[data-grip]')?.focus());
  };
  return (
    <li
      ref={card}
      className={classes.row}
      data-over={over || undefined}
      data-wrong={wrong > 0 || undefined}
      data-testid={`card-${question.code}`}
      onDragOver={(event) => {
        event.preventDefault();
        onDrag('over');
      }}
      onDrop={(event) => {
        event.preventDefault();
        onDrag('drop');
      }}
    >
      <button
        type="button"
        data-grip
        className={classes.grip}
        disabled={readOnly}
        draggable={!readOnly}
        aria-label={`Move ${name}: arrow up, arrow down`}
        onKeyDown={keys}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          if (card.current) event.dataTransfer.setDragImage(card.current, 14, 14);
          onDrag('start');
        }}
        onDragEnd={() => onDrag('end')}
      >
        <IconGripVertical size={16} />
      </button>
      {/* no button: what is disabled, to be looked at, still opens */}
      <UnstyledButton
        component="div"
        role="button"
        tabIndex={0}
        className={classes.open!}
        onClick={onOpen}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          onOpen();
        }}
        aria-expanded={open}
      >
        <Group gap={8} wrap="nowrap">
          <Text size="sm" fw={500} truncate>
            {name}
          </Text>
          {wrong > 0 && (
            <Badge color="red" variant="light" radius="sm" tt="none">
              {wrong} to correct
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {about(question, questions)}
        </Text>
      </UnstyledButton>
      {!readOnly && (
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${name}`} onClick={onRemove}>
          <IconTrash size={16} />
        </ActionIcon>
      )}
      {open && (
        <Box className={classes.editor!}>
          <QuestionEditor question={question} at={at} questions={questions} problems={problems} fixed={fixed} onChange={onChange} />
        </Box>
      )}
    </li>
  );
}

/** Kind, range and condition of a question in one line. */
function about(question: Question, questions: Question[]): string {
  const { kind, unit, min, max, options } = question;
  const range = min === null && max === null ? '' : ` ${min ?? '…'} to ${max ?? '…'}`;
  const what = {
    choice: options.map((option) => option.title).join(' / '),
    multiple: options.map((option) => option.title).join(', '),
    number: `Number${range}${unit ? ` ${unit}` : ''}`,
    text: QUESTION_KINDS.text,
    date: QUESTION_KINDS.date,
    landmark: landmarkName(question.landmark),
  }[kind];
  const more = [!question.required && 'optional', question.not_assessable && 'or not assessable'].filter(Boolean).join(', ');
  const when = question.visible_if ? `asked when ${conditionText(question.visible_if, questions)}` : '';
  return [what, more, when].filter(Boolean).join(' · ');
}
