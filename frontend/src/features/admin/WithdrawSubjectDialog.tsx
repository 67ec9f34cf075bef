import { Alert, Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import type { Subject, Withdrawal } from '../../api/subjects';
import { when } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { useForm } from '../../components/useForm';
import { Consequences } from './Consequences';

const PREVIEW = 'withdrawal-preview';

/** Withdraws a subject; of one that was withdrawn it tells what went. */
export function WithdrawSubjectDialog({ slug, subject, onClose }: { slug: string; subject: Subject | null; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  return (
    <Modal
      // stays mounted: closing gives the focus back to the button that opened it
      opened={subject !== null}
      onClose={() => !busy && onClose()}
      title={subject && (subject.withdrawn ? `${subject.label} is withdrawn` : `Withdraw ${subject.label}`)}
      closeButtonProps={{ 'aria-label': 'Close', disabled: busy }}
      closeOnClickOutside={false}
      size="lg"
      centered
    >
      {subject?.withdrawn && (
        <Stack gap="md">
          <Text size="sm">
            On {when(subject.withdrawn.at)} by {subject.withdrawn.by}. Reason: {subject.withdrawn.reason || 'none given'}
          </Text>
          <Consequences slug={slug} found={subject.withdrawn} done />
          <CloseButton onClose={onClose} />
        </Stack>
      )}
      {subject && !subject.withdrawn && <Withdrawing key={subject.id} slug={slug} subject={subject} onBusy={setBusy} onClose={onClose} />}
    </Modal>
  );
}

interface WithdrawingProps {
  slug: string;
  subject: Subject;
  onBusy: (busy: boolean) => void;
  onClose: () => void;
}

/** First what would happen, then the reason and the password, then what happened. */
function Withdrawing({ slug, subject, onBusy, onClose }: WithdrawingProps) {
  const [done, setDone] = useState<Withdrawal | null>(null);
  const [running, setRunning] = useState(false);
  const busy = (on: boolean) => {
    setRunning(on);
    onBusy(on);
  };
  const path = `/projects/${slug}/subjects/${subject.id}/withdrawal/`;
  const preview = useQuery({
    queryKey: [PREVIEW, subject.id],
    queryFn: () => api.post<Withdrawal>(`${path}preview/`),
    // what is true now, not when somebody looked before
    gcTime: 0,
    enabled: done === null && !running,
    refetchOnWindowFocus: false,
  });
  if (done) {
    return (
      <Stack gap="md">
        <Alert color="green" icon={<IconCheck size={18} />} role="status">
          {subject.label} is withdrawn.
        </Alert>
        <Consequences slug={slug} found={done} done />
        <CloseButton onClose={onClose} />
      </Stack>
    );
  }
  return (
    <div aria-live="polite">
      <Loaded query={preview} label="Finding out what would go">
        {(found) => (
          <Stack gap="md">
            <Consequences slug={slug} found={found} />
            <Confirm path={path} subject={subject} onBusy={busy} onDone={setDone} onClose={onClose} />
          </Stack>
        )}
      </Loaded>
    </div>
  );
}

interface ConfirmProps {
  path: string;
  subject: Subject;
  onBusy: (busy: boolean) => void;
  onDone: (found: Withdrawal) => void;
  onClose: () => void;
}

function Confirm({ path, subject, onBusy, onDone, onClose }: ConfirmProps) {
  const client = useQueryClient();
  const form = useForm({ reason: '', password: '' }, async (values) => {
    onBusy(true);
    try {
      onDone(await api.post<Withdrawal>(path, values));
    } finally {
      onBusy(false);
      // also after an error: an answer that was lost may have been a yes
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== PREVIEW });
    }
  });
  const ready = form.values.reason.trim() !== '' && form.values.password !== '';
  return (
    <form onSubmit={(event) => void form.submit(event)} autoComplete="off">
      <Stack gap="sm">
        <Alert color="red" icon={<IconAlertTriangle size={18} />} title="There is no way back" role="note">
          Copies that left Accord, and the same patient in other projects, are not touched.
        </Alert>
        <TextInput
          label="Reason"
          description="It is kept: don’t write a name."
          required
          maxLength={200}
          disabled={form.busy}
          {...form.text('reason')}
        />
        <PasswordInput label="Your password" required autoComplete="current-password" disabled={form.busy} {...form.text('password')} />
        {form.problem && (
          <Alert color="red" role="alert">
            {form.problem}
          </Alert>
        )}
        {form.busy && (
          <Text size="sm" c="dimmed" role="status">
            Withdrawing {subject.label}. A large subject takes a minute.
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={form.busy}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={form.busy} disabled={!ready}>
            Withdraw for good
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function CloseButton({ onClose }: { onClose: () => void }) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose} data-autofocus autoFocus>
        Close
      </Button>
    </Group>
  );
}
