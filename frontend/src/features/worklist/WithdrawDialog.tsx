import { Alert, Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import { useForm } from '../../components/useForm';

/** A submitted read is never reopened: it is taken back with a reason, and a repeat assigned. */
export function WithdrawDialog({ readId, onClose }: { slug: string; readId: string | null; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm({ reason: '' }, async (values) => {
    await api.post(`/reads/${readId}/withdraw/`, values);
    await client.invalidateQueries();
    onClose();
  });
  return (
    <Modal opened={readId !== null} onClose={onClose} title="Take this read back" centered>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && <Alert color="red">{form.problem}</Alert>}
          <Textarea
            label="Reason"
            description="The reader is told. The read stays in the record; assign the case again for a repeat. A second reading of the case by the same person goes with it."
            required
            data-autofocus
            autosize
            minRows={2}
            {...form.text('reason')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={form.busy}>
              Take back
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
