import { ActionIcon, Button, Group, Menu, Text, Textarea } from '@mantine/core';
import { IconAt } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';

import { messageOf } from '../../api/client';
import { mentionsIn, withMention } from './mentions';
import type { Person } from './types';

interface Props {
  label: string;
  button: string;
  people: readonly Person[];
  onSend: (opId: string, text: string, mentions: string[]) => Promise<void>;
  children?: ReactNode;
}

/** A box to write in. What is written stays in it until the server has it; sending twice writes once. */
export function Compose({ label, button, people, onSend, children }: Props) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const opId = useRef(crypto.randomUUID());
  const box = useRef<HTMLTextAreaElement>(null);
  const send = async () => {
    if (!text.trim() || busy) return;
    setBusy(true);
    setProblem('');
    try {
      await onSend(opId.current, text.trim(), mentionsIn(text, people));
      opId.current = crypto.randomUUID();
      setText('');
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const mention = (person: Person) => {
    const next = withMention(text, box.current?.selectionStart ?? text.length, person.name);
    setText(next.text);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(next.at, next.at);
    });
  };
  const key = (event: KeyboardEvent) => {
    event.stopPropagation(); // the viewer's keys are not meant
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
  };
  return (
    <div>
      <Textarea
        ref={box}
        aria-label={label}
        placeholder={label}
        autosize
        minRows={1}
        maxRows={8}
        maxLength={4000}
        size="sm"
        value={text}
        error={problem}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={key}
      />
      {(text !== '' || children !== undefined) && (
        <Group gap={6} mt={6} justify="space-between" wrap="nowrap">
          <Group gap={6} wrap="nowrap">
            {people.length > 0 && (
              <Menu position="bottom-start" withinPortal>
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" size="md" aria-label="Mention someone">
                    <IconAt size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown mah={280} style={{ overflowY: 'auto' }}>
                  {people.map((person) => (
                    <Menu.Item key={person.id} onClick={() => mention(person)}>
                      <Text size="sm">{person.name}</Text>
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
            )}
            {children}
          </Group>
          <Button size="compact-sm" loading={busy} disabled={!text.trim()} onClick={() => void send()} title="Ctrl+Enter">
            {button}
          </Button>
        </Group>
      )}
    </div>
  );
}
