import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useRef } from 'react';

import { codeFrom } from './draft';
import classes from './protocols.module.css';

type Option = { value: string; title: string };

interface Props {
  options: Option[];
  fixed: boolean;
  problem: (path: string) => string | null;
  onChange: (options: Option[]) => void;
}

/** What can be chosen; Enter adds the next option. */
export function OptionsEditor({ options, fixed, problem, onChange }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const change = (at: number, patch: Partial<Option>) => onChange(options.map((one, n) => (n === at ? { ...one, ...patch } : one)));
  const others = (at: number) => options.filter((_, n) => n !== at).map((one) => one.value);
  const retitle = (at: number, title: string) => {
    const one = options[at]!;
    const follows = !fixed && one.value === codeFrom(one.title, others(at), 'option');
    change(at, { title, ...(follows ? { value: codeFrom(title, others(at), 'option') } : {}) });
  };
  const add = () => {
    const taken = options.map((one) => one.value);
    onChange([...options, { value: codeFrom('', taken, 'option'), title: '' }]);
    requestAnimationFrame(() => [...(list.current?.querySelectorAll<HTMLInputElement>('[data-option] input') ?? [])].at(-2)?.focus());
  };
  return (
    <div ref={list}>
      <Text size="sm" fw={500}>
        Options
      </Text>
      {problem('') && (
        <Text size="xs" c="red" role="alert">
          {problem('')}
        </Text>
      )}
      <Stack gap={4} mt={4}>
        {options.map((one, n) => (
          <Group key={n} gap={6} align="flex-start" data-option>
            <TextInput
              size="xs"
              w={240}
              aria-label={`Option ${n + 1}`}
              value={one.title}
              maxLength={60}
              error={problem(`.${n}.title`)}
              onChange={(event) => retitle(n, event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                add();
              }}
            />
            <TextInput
              size="xs"
              w={150}
              classNames={{ input: classes.code! }}
              aria-label={`Code of option ${n + 1}`}
              value={one.value}
              maxLength={40}
              error={problem(`.${n}.value`)}
              onChange={(event) => change(n, { value: event.currentTarget.value })}
            />
            <ActionIcon variant="subtle" color="gray" aria-label={`Remove option ${n + 1}`} onClick={() => onChange(options.filter((_, other) => other !== n))}>
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <Button mt={6} size="compact-xs" variant="default" leftSection={<IconPlus size={12} />} onClick={add}>
        Add an option
      </Button>
    </div>
  );
}
