import { Button, Group, Text, Textarea } from '@mantine/core';
import { type Dispatch, type SetStateAction, useState } from 'react';

import type { Meeting } from './types';
import { afterSave, type MinutesDraft } from './unsent';
import { act } from './useMeeting';

/** Minutes as they are being written; kept by the page, as the box is another one with each case on the table. */
export interface Writing {
  draft: MinutesDraft | null;
  setDraft: Dispatch<SetStateAction<MinutesDraft | null>>;
}

interface Props extends Writing {
  meeting: Meeting;
}

/** The minutes, which everyone may write. What somebody else saved meanwhile is shown beside, never overwritten unseen. */
export function MinutesBox({ meeting, draft, setDraft }: Props) {
  const held = meeting.minutes?.text ?? '';
  const version = meeting.minutes?.version ?? 0;
  const [busy, setBusy] = useState(false);
  const stale = draft !== null && draft.base !== version && !busy;
  const save = async () => {
    if (!draft) return;
    const { text } = draft;
    setBusy(true);
    if (await act(meeting.id, 'minutes', { text, base_version: version })) setDraft((now) => afterSave(now, text, version + 1));
    setBusy(false);
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
        <Button size="compact-sm" variant="light" disabled={draft === null} loading={busy} onClick={() => void save()}>
          Save minutes
        </Button>
      </Group>
    </div>
  );
}
