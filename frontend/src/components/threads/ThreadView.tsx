import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

import { messageOf } from '../../api/client';
import { ago, when } from '../format';
import { Compose } from './Compose';
import classes from './threads.module.css';
import { type Anchor, type Comment, type Person, placeName, type Thread } from './types';
import type { ThreadActions } from './useThreads';

interface Props {
  thread: Thread;
  people: readonly Person[];
  actions: ThreadActions;
  /** Said above the thread, where threads of several places stand together. */
  about?: string;
  marked?: boolean;
  onJump?: (anchor: Anchor) => void;
}

export function ThreadView({ thread, people, actions, about, marked = false, onJump }: Props) {
  const place = placeName(thread.anchor);
  const heading = [about, onJump ? '' : place].filter(Boolean).join(' · ');
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  return (
    <article className={classes.thread} data-marked={marked || undefined} data-resolved={thread.resolved || undefined} aria-label={about ?? 'Thread'}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        {heading && (
          <Text size="xs" c="dimmed" truncate>
            {heading}
          </Text>
        )}
        {place && onJump && (
          <Button size="compact-sm" variant="light" onClick={() => onJump(thread.anchor)}>
            {place}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" ml="auto" onClick={() => void attempt(() => actions.resolve(thread, !thread.resolved))}>
          {thread.resolved ? 'Open again' : 'Resolve'}
        </Button>
      </Group>
      {thread.comments.map((comment) => (
        <Line key={comment.id} comment={comment} onDelete={() => void attempt(() => actions.remove(thread, comment.id))} />
      ))}
      {thread.resolved ? (
        <Text size="xs" c="dimmed">
          Resolved by {thread.resolved_by}
        </Text>
      ) : (
        <Compose label="Answer" button="Answer" people={people} onSend={(opId, text, mentions) => actions.answer(thread, opId, text, mentions)} />
      )}
    </article>
  );
}

function Line({ comment, onDelete }: { comment: Comment; onDelete: () => void }) {
  return (
    <div className={classes.comment}>
      <Group gap={6} wrap="nowrap">
        <Text size="xs" fw={600} truncate>
          {comment.author.name}
        </Text>
        <Text size="xs" c="dimmed" component="time" dateTime={comment.at} title={when(comment.at)}>
          {ago(comment.at)}
        </Text>
        {comment.is_mine && !comment.deleted && (
          <Button size="compact-sm" variant="subtle" color="gray" ml="auto" className={classes.remove} onClick={onDelete}>
            Delete
          </Button>
        )}
      </Group>
      {comment.deleted ? (
        <Text size="sm" c="dimmed" fs="italic">
          Deleted by its author
        </Text>
      ) : (
        <Text size="sm" className={classes.words}>
          {comment.text}
        </Text>
      )}
    </div>
  );
}
