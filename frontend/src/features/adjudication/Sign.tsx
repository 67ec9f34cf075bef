import { Button, List, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';

import { api, ApiError } from '../../api/client';
import { queryClient } from '../../api/queries';
import type { Adjudication } from '../../api/types';
import type { FunctionResult } from '../../cmr/volumes';
import { number, plural } from '../../components/format';
import { SignDialog } from '../../components/SignDialog';
import type { ReadSession, Snapshot } from '../../viewer/session/session';
import { freezesOf, todoOf } from '../../viewer/freezing';
import type { Places } from '../../viewer/stack';

const MEANING = 'I settled this case and lock its reference standard.';

interface Props {
  found: Adjudication;
  session: ReadSession;
  now: Snapshot;
  numbers: FunctionResult;
  places: Places;
  /** Contested cells that nobody decided. */
  left: number;
}

export function Sign({ found, session, now, numbers, places, left }: Props) {
  const [asking, setAsking] = useState(false);
  const opId = useRef<string>(crypto.randomUUID());
  const todo = todoOf(found.protocol, now.held, places, numbers);
  const press = () => {
    if (todo.complete) return setAsking(true);
    notifications.show({
      color: 'orange',
      message: !todo.phasesKnown
        ? 'Take a reading first, merge, or draw: the reference has no contours at ED and ES.'
        : todo.unanswered.length > 0
          ? 'Settle the class on the right first.'
          : `Accept or edit ${plural(todo.toAccept.length, 'contour')} at ED and ES first.`,
    });
  };
  const sign = async (password: string) => {
    await session.settled();
    try {
      await api.post(`/adjudications/${found.id}/sign/`, {
        op_id: opId.current,
        password,
        meaning: MEANING,
        freezes: freezesOf(session.get().held, places, numbers, todo.assessable),
      });
    } catch (error) {
      if (error instanceof ApiError) opId.current = crypto.randomUUID();
      throw error;
    }
    await queryClient.invalidateQueries();
    notifications.show({ message: `${found.case.label} is signed and locked.`, color: 'green' });
  };
  return (
    <>
      <Button size="compact-md" onClick={press}>
        Sign and lock
      </Button>
      <SignDialog
        opened={asking}
        title={`Sign and lock ${found.case.label}`}
        meaning={MEANING}
        action="Sign and lock"
        onClose={() => setAsking(false)}
        onSign={sign}
        covers={
          <>
            Your signature covers:
            <List size="sm" mt={4}>
              <List.Item>{plural(todo.required, 'contour')} at ED and ES</List.Item>
              <List.Item>
                EDV {number(numbers.edv_ml, 1)} ml, ESV {number(numbers.esv_ml, 1)} ml, EF {number(numbers.ef_percent, 1)} %
              </List.Item>
              <List.Item>the class, all answers, and your decisions with their reasons</List.Item>
            </List>
            {left > 0 && (
              <Text size="sm" mb={4} style={{ color: 'light-dark(#a04d00, #ffb454)' }}>
                {plural(left, 'cell')} about which the readings disagree {left === 1 ? 'has' : 'have'} no decision of yours.
              </Text>
            )}
            Any later change voids it.
          </>
        }
      />
    </>
  );
}
