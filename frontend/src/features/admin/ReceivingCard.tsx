import { ActionIcon, Alert, Button, Group, Paper, Stack, Switch, Table, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Receiving } from '../../api/intake';
import { ago, plural, words } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { useForm } from '../../components/useForm';

/** Under which AE title scanners push to the project, and which of them may. */
export function ReceivingCard({ slug }: { slug: string }) {
  const query = useQuery({ queryKey: ['receiving', slug], queryFn: () => api.get<Receiving>(`/projects/${slug}/receiving/`) });
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb={4}>
        Receiving
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Scanners and PACS push studies to this project by DIMSE C-STORE.
      </Text>
      <Loaded query={query} label="Loading the receiver">
        {(receiving) => <ReceivingForm key={JSON.stringify([receiving.ae_title, receiving.senders])} slug={slug} receiving={receiving} />}
      </Loaded>
    </Paper>
  );
}

function ReceivingForm({ slug, receiving }: { slug: string; receiving: Receiving }) {
  const client = useQueryClient();
  const isNew = receiving.ae_title === '';
  const form = useForm(
    { ae_title: receiving.ae_title, enabled: isNew || receiving.enabled, senders: receiving.senders },
    async (values) => {
      await api.put(`/projects/${slug}/receiving/`, values);
      await client.invalidateQueries({ queryKey: ['receiving', slug] });
      notifications.show({ message: 'Saved. It holds from the next association on.', color: 'green' });
    },
  );
  const { senders } = form.values;
  const change = (index: number, part: Partial<Receiving['senders'][number]>) =>
    form.set(
      'senders',
      senders.map((sender, i) => (i === index ? { ...sender, ...part } : sender)),
    );
  return (
    <form onSubmit={(event) => void form.submit(event)}>
      <Stack gap="sm">
        {form.problem && <Alert color="red">{form.problem}</Alert>}
        <Group align="flex-end">
          <TextInput label="AE title of this project" required maxLength={16} w={220} {...form.text('ae_title')} />
          <TextInput label="Port" readOnly disabled w={90} value={receiving.port} />
          <Switch label="Receives" mb={8} checked={form.values.enabled} onChange={(e) => form.set('enabled', e.currentTarget.checked)} />
          <Text size="sm" c="dimmed" mb={8}>
            {receiving.tls ? 'Encrypted by TLS' : 'Not encrypted'}
          </Text>
        </Group>
        <div>
          <Text size="sm" fw={600}>
            Who may send
          </Text>
          {senders.length === 0 && (
            <Text size="sm" c="dimmed">
              Nobody yet. Add the AE title of the scanner or the PACS.
            </Text>
          )}
          {senders.length > 0 && (
            <Table verticalSpacing={4} fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Calling AE title</Table.Th>
                  <Table.Th>Address or network (empty: any)</Table.Th>
                  <Table.Th w={90}>May send</Table.Th>
                  <Table.Th w={40} aria-label="Remove" />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {senders.map((sender, index) => (
                  <Table.Tr key={index}>
                    <Table.Td>
                      <TextInput
                        aria-label={`Calling AE title ${index + 1}`}
                        required
                        maxLength={16}
                        value={sender.ae_title}
                        onChange={(e) => change(index, { ae_title: e.currentTarget.value })}
                      />
                    </Table.Td>
                    <Table.Td>
                      <TextInput
                        aria-label={`Network ${index + 1}`}
                        placeholder="10.1.2.0/24"
                        maxLength={43}
                        value={sender.network}
                        onChange={(e) => change(index, { network: e.currentTarget.value })}
                      />
                    </Table.Td>
                    <Table.Td>
                      <Switch
                        aria-label={`${sender.ae_title || 'This sender'} may send`}
                        checked={sender.active}
                        onChange={(e) => change(index, { active: e.currentTarget.checked })}
                      />
                    </Table.Td>
                    <Table.Td>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`Remove ${sender.ae_title || 'this sender'}`}
                        onClick={() =>
                          form.set(
                            'senders',
                            senders.filter((_, i) => i !== index),
                          )
                        }
                      >
                        <IconTrash size={16} stroke={1.5} />
                      </ActionIcon>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
          {form.errors.senders && (
            <Text size="xs" c="var(--accord-bad)" role="alert">
              {form.errors.senders}
            </Text>
          )}
        </div>
        <Rejected rows={receiving.rejected} />
        <Group justify="space-between">
          <Button variant="default" onClick={() => form.set('senders', [...senders, { ae_title: '', network: '', active: true }])}>
            Add a sender
          </Button>
          <Button type="submit" loading={form.busy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Rejected({ rows }: { rows: Receiving['rejected'] }) {
  if (rows.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        Turned away
      </Text>
      {rows.map((row) => (
        <Text key={row.ae_title + row.reason} size="sm" c="dimmed">
          {row.ae_title || 'others'}: {words(row.reason)}, {plural(row.count, 'time')}, last {ago(row.last_at)}
        </Text>
      ))}
    </div>
  );
}
