import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';

import { messageOf } from '../api/client';

interface Props {
  opened: boolean;
  title: string;
  /** What the signature says; shown before signing, stored with it. */
  meaning: string;
  covers: ReactNode;
  action: string;
  onClose: () => void;
  onSign: (password: string) => Promise<void>;
}

/** Signing asks for the password again and states what it means and covers. */
export function SignDialog({ opened, title, meaning, covers, action, onClose, onSign }: Props) {
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const close = () => {
    setPassword('');
    setError(null);
    onClose();
  };
  const sign = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onSign(password);
      close();
    } catch (reason) {
      setError(messageOf(reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title={title} centered>
      <form onSubmit={(event) => void sign(event)}>
        <Stack gap="sm">
          <Text size="sm" fw={600}>
            “{meaning}”
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {covers}
          </Text>
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            data-autofocus
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={error}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={password === ''}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
