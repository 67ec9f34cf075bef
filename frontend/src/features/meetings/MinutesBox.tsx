import { Button, Group, Text, Textarea } from '@mantine/core';
import { useState } from 'react';

import type { Meeting } from './types';
import { act } from './useMeeting';

/** The minutes, which everyone may write. What somebody else saved meanwhile is shown beside, never overwritten unseen. */
export function MinutesBox({ meeting }: { meeting: Meeting }) {
  const held = meeting.minutes?.text ?? '';
  const version = meeting.minutes?.version ?? 0;
  const [draft, setDraft] = useState<{ base: number; text: string } | null>(null);
  const stale = draft !== null && draft.base !== version;
  const save = async () => {
    if (draft && (await act(meeting.id, 'minutes', { text: draft.text, base_version: version }))) setDraft(null);
  };
  return (
    <div>
      <Textarea
        label="Minutes"
        autosize
        minRows={3}
        maxRows={14}
        maxLength={20000}
        value={draft?.text ?? held}
        onChange={(event) => {
          const text = event.currentTarget.value;
          setDraft((before) => ({ base: before?.base ?? version, text }));
        }}
      />
      {stale && (
        <Text size="sm" role="status" mt={4}>
          Saved by somebody meanwhile: “{held}”. Put both together, then save.
        </Text>
      )}
      <Group justify="flex-end" mt={6}>
        <Button size="compact-sm" variant="light" disabled={draft === null} onClick={() => void save()}>
          Save minutes
        </Button>
      </Group>
    </div>
  );
}
