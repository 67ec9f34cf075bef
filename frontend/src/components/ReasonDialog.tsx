import { Alert, Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';

import { useForm } from './useForm';

interface Props {
  title: string;
  description: string;
  action: string;
  /** Whom it goes to, where somebody has to be chosen. */
  people?: { value: string; label: string }[];
  send: (values: { reason: string; person: string }) => Promise<unknown>;
  onClose: () => void;
}

/** Something that needs a reason, and perhaps a person. */
export function ReasonDialog({ title, description, action, people, send, onClose }: Props) {
  const client = useQueryClient();
  const form = useForm({ reason: '', person: '' }, async (values) => {
    await send(values);
    await client.invalidateQueries();
    onClose();
  });
  const person = form.text('person');
  return (
    <Modal opened onClose={onClose} title={title} centered>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && <Alert color="red">{form.problem}</Alert>}
          {people && (
            <Select
              label="To"
              required
              searchable
              data={people}
              value={person.value || null}
              error={person.error}
              onChange={(value) => form.set('person', value ?? '')}
              data-autofocus
            />
          )}
          <Textarea label="Reason" description={description} required autosize minRows={2} data-autofocus={people ? undefined : true} {...form.text('reason')} />
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
