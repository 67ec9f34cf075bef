import { Button, Group, Modal, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';

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

/** Submitting is final: it freezes the versions on this screen. */
export function Submit({ read, session, places, numbers, todo, onMissing, onDone }: Props) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
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
      await api.post<Read>(`/reads/${read.id}/submit/`, {
        op_id: opId.current,
        freezes: freezesOf(session.get().held, places, numbers, todo.assessable),
      });
      setAsking(false);
      notifications.show({ message: `${read.case.label} is submitted.`, color: 'green' });
      await onDone();
      await queryClient.invalidateQueries({ queryKey: ['work'] });
    } catch (error) {
      if (error instanceof ApiError) opId.current = crypto.randomUUID();
      if (error instanceof ApiError && error.code === 'stale_submit') await session.reload();
      notifications.show({ title: 'Not submitted', message: messageOf(error), color: 'red' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="compact-md" onClick={press}>
        Submit read
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Submit ${read.case.label}?`} centered>
        <Text size="sm">
          {todo.assessable
            ? 'Your contours at ED and ES and your answers are frozen as you see them. The other phases are left out.'
            : 'Your answers are frozen: the case can’t be assessed.'}{' '}
          A submitted read can’t be changed any more.
        </Text>
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
