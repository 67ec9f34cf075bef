import { Button } from '@mantine/core';

import { plural } from '../../components/format';
import classes from '../../viewer/room.module.css';
import type { Todo } from '../../viewer/freezing';

/** What is left before this read can be submitted. */
export function TodoList({ todo, onNext }: { todo: Todo; onNext: () => void }) {
  const left = todo.toAccept.length;
  return (
    <ul className={classes.todo} data-testid="todo">
      {todo.assessable && (
        <>
          <li data-done={todo.phasesKnown || undefined}>{todo.phasesKnown ? 'ED and ES are known' : 'Contour two phases: ED and ES'}</li>
          <li data-done={(todo.phasesKnown && left === 0) || undefined}>
            {left === 0 ? `ED and ES: ${plural(todo.required, 'contour')} looked at` : `${plural(left, 'contour')} at ED and ES to accept or edit`}
            {left > 0 && (
              <Button size="compact-xs" variant="default" onClick={onNext}>
                Next (N)
              </Button>
            )}
          </li>
        </>
      )}
      <li data-done={todo.unanswered.length === 0 || undefined}>
        {todo.unanswered.length === 0 ? 'Questions answered' : `${plural(todo.unanswered.length, 'question')} to answer`}
      </li>
    </ul>
  );
}
