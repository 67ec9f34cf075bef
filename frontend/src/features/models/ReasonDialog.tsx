import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';

import { useForm } from '../../components/useForm';

interface Props {
  opened: boolean;
  title: string;
  note: string;
  action: string;
  onClose: () => void;
  onSend: (reason: string) => Promise<void>;
}

export function ReasonDialog({ opened, title, note, action, onClose, onSend }: Props) {
  const form = useForm({ reason: '' }, async ({ reason }) => {
    await onSend(reason);
    onClose();
  });
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {note}
          </Text>
          <Textarea label="Reason" autosize minRows={2} maxLength={500} required data-autofocus {...form.text('reason')} />
          {form.problem && (
            <Text size="sm" c="var(--accord-bad)" role="alert">
              {form.problem}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={form.busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
