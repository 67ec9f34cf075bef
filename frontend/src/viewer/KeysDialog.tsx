import { Button, Group, Kbd, Modal, ScrollArea, Table, Text, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';

import { GROUP_NAMES, type KeyEntry, keyEntries } from './actions/registry';
import { keyName } from './keyName';
import { type OwnKeys, saveOwnKeys, takenBy } from './keys';
import { pressed } from './useKeys';
import type { Workspace } from './workspace';

/** Every key, searchable; a person may change them. */
export function KeysDialog({ work, onClose }: { work: Workspace; onClose: () => void }) {
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState<KeyEntry | null>(null);
  const [problem, setProblem] = useState('');
  const entries = keyEntries(work.ownKeys);
  const wanted = search.trim().toLowerCase();
  const shown = entries.filter((e) => [e.label, e.hint, ...e.keys].some((text) => text.toLowerCase().includes(wanted)));

  const save = (keys: OwnKeys) => void saveOwnKeys(keys);
  const take = (event: KeyboardEvent) => {
    if (asked === null || ['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setAsked(null);
    const key = pressed(event);
    const other = takenBy(key, asked.id, entries);
    if (other !== null || /^[1-9?]$/.test(event.key)) {
      setProblem(`${keyName(key)} is taken: ${entries.find((e) => e.id === other)?.label ?? 'structures and this list'}.`);
      return;
    }
    save({ ...work.ownKeys, [asked.id]: key });
    setAsked(null);
  };
  return (
    <Modal opened onClose={onClose} title="Keys" size="lg" centered closeButtonProps={{ 'aria-label': 'Close' }} closeOnEscape={asked === null}>
      <Group mb="xs">
        <TextInput data-autofocus flex={1} placeholder="What do you want to do?" aria-label="Search keys" value={search} onChange={(e) => setSearch(e.currentTarget.value)} />
        <Button variant="default" disabled={Object.keys(work.ownKeys).length === 0} onClick={() => save({})}>
          Usual keys
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mb={4} role="status">
        {asked ? `Press the new key for “${asked.label}”. Escape leaves it. ${problem}` : '1, 2, 3 … choose a structure. Press a key’s button to change it.'}
      </Text>
      <ScrollArea.Autosize mah="60vh" onKeyDownCapture={take} viewportProps={{ tabIndex: 0 }}>
        <Table verticalSpacing={2} fz="sm">
          <Table.Tbody>
            {shown.map((entry, i) => (
              <Table.Tr key={entry.id}>
                <Table.Td c="dimmed">{entry.group === shown[i - 1]?.group ? '' : (GROUP_NAMES[entry.group] ?? entry.group)}</Table.Td>
                <Table.Td>{entry.hint}</Table.Td>
                <Table.Td w={120}>
                  <Button
                    size="compact-xs"
                    variant={asked?.id === entry.id ? 'filled' : 'subtle'}
                    aria-label={`Key of ${entry.label}: ${entry.keys.map(keyName).join(', ') || 'none'}`}
                    onClick={() => {
                      setAsked(entry);
                      setProblem('');
                    }}
                  >
                    {entry.keys.length === 0 ? 'none' : entry.keys.map((key) => <Kbd key={key}>{keyName(key)}</Kbd>)}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {shown.length === 0 && <Text size="sm">Nothing is called that.</Text>}
      </ScrollArea.Autosize>
    </Modal>
  );
}
