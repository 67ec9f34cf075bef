import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';

import { api, ApiError, messageOf } from '../../api/client';
import { queryClient } from '../../api/queries';
import type { Read } from '../../api/types';
import type { FunctionResult } from '../../cmr/volumes';
import type { ReadSession, Snapshot } from '../../viewer/session/session';
import type { Places } from '../../viewer/stack';
import { freezesOf, type Todo } from '../../viewer/freezing';

interface Props {
  read: Read;
  session: ReadSession;
  now: Snapshot;
  places: Places;
  numbers: FunctionResult;
  todo: Todo;
  onMissing: () => void;
  onDone: () => Promise<void>;
}

/** Submitting is final: it freezes the versions on this screen. Where the AI is shown after a first opinion, that is
 * submitted first, in the same way. */
export function Submit({ read, session, places, numbers, todo, onMissing, onDone }: Props) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState<string | null>(null);
  const navigate = useNavigate();
  const first = read.first_opinion === 'due';
  // one id per submit: sending it again after a lost answer submits once
  const opId = useRef<string>(crypto.randomUUID());
  if (!read.may_edit) return null;

  const press = () => {
    if (todo.complete) return setAsking(true);
    if (todo.toAccept.length > 0) onMissing();
    notifications.show({ message: missing(todo), color: 'orange' });
  };
  const submit = async () => {
    setBusy(true);
    try {
      await session.settled();
      const sent = await api.post<Read>(`/reads/${read.id}/${first ? 'first-opinion' : 'submit'}/`, {
        op_id: opId.current,
        freezes: freezesOf(session.get().held, places, numbers, todo.assessable),
        ...(reason && { reason }),
      });
      opId.current = crypto.randomUUID();
      setAsking(false);
      notifications.show({
        message: first ? 'Your first opinion is kept. The AI is shown now.' : `${read.case.label} is submitted.`,
        color: 'green',
      });
      if (first) await session.reload();
      await queryClient.invalidateQueries({ queryKey: ['work'] });
      // a read that is put away can't be looked at any more
      if (!first && sent.put_away) await navigate(sent.next_read_id ? `/read/${sent.next_read_id}` : '/');
      else await onDone();
    } catch (error) {
      if (error instanceof ApiError) opId.current = crypto.randomUUID();
      if (error instanceof ApiError && error.code === 'stale_submit') await session.reload();
      if (error instanceof ApiError && error.code === 'reason_needed') setReason((before) => before ?? '');
      notifications.show({ title: 'Not submitted', message: messageOf(error), color: 'red' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="compact-md" onClick={press}>
        {first ? 'Submit first opinion' : 'Submit read'}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={first ? `Submit your first opinion of ${read.case.label}?` : `Submit ${read.case.label}?`}
        centered
      >
        <Text size="sm">
          {todo.assessable
            ? 'Your contours at ED and ES and your answers are frozen as you see them. The other phases are left out.'
            : 'Your answers are frozen: the case can’t be assessed.'}{' '}
          {first ? 'The AI is shown after that. You may still change the reading, and submit it once more.' : 'A submitted read can’t be changed any more.'}
        </Text>
        {reason !== null && (
          <Textarea
            label="Why did the reading change?"
            description="It differs from your first opinion beyond the protocol’s limits."
            required
            autosize
            minRows={2}
            mt="sm"
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setAsking(false)}>
            Go on reading
          </Button>
          <Button onClick={() => void submit()} loading={busy} data-autofocus>
            Submit
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function missing(todo: Todo): string {
  if (!todo.phasesKnown) return 'Contour the left ventricle in at least two phases, ED and ES.';
  if (todo.toAccept.length > 0) return 'Accept or edit the contours at ED and ES first: here is the next one.';
  return 'Answer the questions on the right first.';
}
