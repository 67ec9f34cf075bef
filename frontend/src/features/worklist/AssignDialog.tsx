import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../../api/client';
import { plural } from '../../components/format';
import { Empty, Loaded } from '../../components/Notice';

interface Reader {
  user_id: string;
  name: string;
  role: string;
  open_reads: number;
}
interface Assigned {
  created: number;
  skipped: { case_id: string; user_id: string; code: string; message: string }[];
}
interface Props {
  slug: string;
  caseIds: string[];
  opened: boolean;
  onClose: (done: boolean) => void;
}

/** Every chosen reader gets a read of every chosen case; what can't be given is said. */
export function AssignDialog({ slug, caseIds, opened, onClose }: Props) {
  const client = useQueryClient();
  const [readers, setReaders] = useState<string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const query = useQuery({
    queryKey: ['readers', slug],
    queryFn: () => api.get<Reader[]>(`/projects/${slug}/readers/`),
    enabled: opened,
  });
  const assign = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const done = await api.post<Assigned>(`/projects/${slug}/assignments/`, { case_ids: caseIds, user_ids: readers });
      await client.invalidateQueries();
      const why = [...new Set(done.skipped.map((s) => s.message))].join(' ');
      notifications.show({
        message: `${plural(done.created, 'read')} assigned.${done.skipped.length ? ` ${done.skipped.length} left out: ${why}` : ''}`,
        color: done.skipped.length ? 'orange' : 'green',
      });
      onClose(true);
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={() => onClose(false)} title={`Assign ${plural(caseIds.length, 'case')}`} centered>
      <Loaded query={query} label="Loading readers">
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="No readers in this project">The owner brings them in on the Team page.</Empty>
          ) : (
            <Stack gap="sm">
              {problem && <Alert color="red">{problem}</Alert>}
              <Checkbox.Group value={readers} onChange={setReaders} label="Readers" description="They read blind to one another.">
                <Stack gap={8} mt="xs">
                  {rows.map((row) => (
                    <Checkbox key={row.user_id} value={row.user_id} label={row.name} description={plural(row.open_reads, 'open read')} />
                  ))}
                </Stack>
              </Checkbox.Group>
              <Text size="xs" c="dimmed">
                Readers are told at once. Which of them reads a case is hidden from the others.
              </Text>
              <Group justify="flex-end">
                <Button variant="default" onClick={() => onClose(false)}>
                  Cancel
                </Button>
                <Button onClick={() => void assign()} loading={busy} disabled={readers.length === 0}>
                  Assign
                </Button>
              </Group>
            </Stack>
          )
        }
      </Loaded>
    </Modal>
  );
}
