import { Button, Group, Popover, Select, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import type { StackSummary } from '../../api/types';
import { ErrorNote } from '../../components/Notice';
import { KINDS, VIEWS } from '../../components/stackNames';

const options = (names: Record<string, string>) => Object.entries(names).map(([value, label]) => ({ value, label }));

/** Kind and view as a person knows better; kept when more files arrive, and taken back here. */
export function CorrectMenu({ stack, slug }: { stack: StackSummary; slug: string }) {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState(stack.sequence_kind);
  const [view, setView] = useState(stack.view);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const address = `/projects/${slug}/stacks/${stack.id}/kind/`;

  async function send(change: () => Promise<unknown>) {
    setBusy(true);
    setError(null);
    try {
      await change();
      await client.invalidateQueries({ queryKey: ['study'] });
      await client.invalidateQueries({ queryKey: ['studies', slug] });
      setOpen(false);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  function toggle() {
    setKind(stack.sequence_kind);
    setView(stack.view);
    setOpen(!open);
  }

  const changed = {
    ...(kind !== stack.sequence_kind && { sequence_kind: kind }),
    ...(view !== stack.view && { view }),
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={270} withArrow withinPortal={false} shadow="md">
      <Popover.Target>
        <Button variant="subtle" onClick={toggle} aria-expanded={open}>
          Correct
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {error !== null && <ErrorNote error={error} />}
          <Select
            label="Kind"
            data={options(KINDS)}
            value={kind}
            onChange={(value) => value && setKind(value)}
            allowDeselect={false}
            searchable
            comboboxProps={{ withinPortal: false }}
          />
          <Select
            label="View"
            data={options(VIEWS)}
            value={view}
            onChange={(value) => value && setView(value)}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
          />
          <Text size="xs" c="dimmed">
            Reads that are under way keep their stack.
          </Text>
          <Group justify="space-between">
            {stack.correction ? (
              <Button size="xs" variant="default" loading={busy} onClick={() => void send(() => api.delete(address))}>
                Take back
              </Button>
            ) : (
              <span />
            )}
            <Button
              size="xs"
              loading={busy}
              disabled={Object.keys(changed).length === 0}
              onClick={() => void send(() => api.patch(address, changed))}
            >
              Save
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
