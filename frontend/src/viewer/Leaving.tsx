import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';

import { plural } from '../components/format';
import type { Snapshot } from './session/session';

/** Whether work would be gone with this page: the server doesn't hold it, and this browser keeps nothing. */
export const wouldBeLost = ({ unsaved, conflicts, durable }: Snapshot): boolean => !durable && unsaved + conflicts.length > 0;

/** Asks before a page with such work is left for another one; once it is saved, goes there. */
export function Leaving({ now }: { now: Snapshot }) {
  const lost = wouldBeLost(now);
  const left = now.unsaved + now.conflicts.length;
  const blocker = useBlocker(({ currentLocation, nextLocation }) => lost && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (blocker.state === 'blocked' && !lost) blocker.proceed();
  }, [blocker, lost]);
  return (
    <Modal opened={blocker.state === 'blocked'} onClose={() => blocker.reset?.()} title="Leave and lose work?" centered>
      <Text size="sm">
        {plural(left, 'change')} {left === 1 ? 'is' : 'are'} not on the server, and this browser keeps nothing on disk. Stay until the sign says saved.
      </Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
          Stay
        </Button>
        <Button color="red" onClick={() => blocker.proceed?.()}>
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
