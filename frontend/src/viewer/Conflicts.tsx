import { Alert, Button, Group, Text } from '@mantine/core';

import type { ReadSession, Snapshot } from './session/session';

/** Two versions of one thing: the person decides, nothing is overwritten silently. */
export function Conflicts({ now, session }: { now: Snapshot; session: ReadSession }) {
  return now.conflicts.map((conflict) => (
    <Alert key={conflict.target} color="orange" p="xs" mt="sm" role="alert" data-testid="conflict">
      <Text size="sm">This was changed in another window. The image shows what is stored. {conflict.message}</Text>
      <Group gap="xs" mt={6}>
        <Button size="compact-xs" onClick={() => session.resolve(conflict, true)}>
          Use mine
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => session.resolve(conflict, false)}>
          Keep what is stored
        </Button>
      </Group>
    </Alert>
  ));
}
