import { ActionIcon, Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';

import type { Condition, Question } from '../../api/types';
import { flat, joined } from './draft';
import { conditionText } from './words';

interface Props {
  condition: Condition | null;
  earlier: Question[];
  all: Question[];
  problem: string | null;
  onChange: (condition: Condition | null) => void;
}

/** When the question is asked: answers to earlier questions, all of them or any. */
export function ConditionEditor({ condition, earlier, all, problem, onChange }: Props) {
  const chosen = earlier.filter((question) => question.kind === 'choice' || question.kind === 'multiple');
  const found = flat(condition);
  const first = chosen[0];
  const add = () => {
    if (!first || !found) return;
    onChange(joined(found.joint, [...found.rows, { question: first.code, equals: first.options[0]?.value ?? '' }]));
  };
  return (
    <div>
      <Text size="sm" fw={500}>
        Asked
      </Text>
      {problem && (
        <Text size="xs" c="red" role="alert">
          {problem}
        </Text>
      )}
      {found === null ? (
        <Group gap="xs" mt={4}>
          <Text size="sm">when {conditionText(condition, all)}</Text>
          <Button size="compact-xs" variant="default" onClick={() => onChange(null)}>
            Ask always
          </Button>
        </Group>
      ) : (
        <Stack gap={6} mt={4}>
          {found.rows.length === 0 && <Text size="sm">always</Text>}
          {found.rows.length > 1 && (
            <SegmentedControl
              size="xs"
              w="fit-content"
              aria-label="How conditions go together"
              data={[
                { value: 'all', label: 'when all hold' },
                { value: 'any', label: 'when any holds' },
              ]}
              value={found.joint}
              onChange={(joint) => onChange(joined(joint as 'all' | 'any', found.rows))}
            />
          )}
          {found.rows.map((row, n) => {
            const put = (next: typeof row) => onChange(joined(found.joint, found.rows.map((one, other) => (other === n ? next : one))));
            const asked = all.find((question) => question.code === row.question);
            return (
              <Group key={n} gap={6}>
                <Select
                  size="xs"
                  w={240}
                  aria-label={`Condition ${n + 1}: question`}
                  allowDeselect={false}
                  data={chosen.map((question) => ({ value: question.code, label: question.title || question.code }))}
                  value={row.question}
                  onChange={(code) => code && put({ question: code, equals: all.find((one) => one.code === code)?.options[0]?.value ?? '' })}
                />
                <Text size="sm">is</Text>
                <Select
                  size="xs"
                  w={190}
                  aria-label={`Condition ${n + 1}: answer`}
                  allowDeselect={false}
                  data={(asked?.options ?? []).map((option) => ({ value: option.value, label: option.title || option.value }))}
                  value={row.equals}
                  onChange={(equals) => equals && put({ ...row, equals })}
                />
                <ActionIcon variant="subtle" color="gray" aria-label={`Remove condition ${n + 1}`} onClick={() => onChange(joined(found.joint, found.rows.filter((_, other) => other !== n)))}>
                  <IconTrash size={14} />
                </ActionIcon>
              </Group>
            );
          })}
          <Button size="compact-xs" variant="default" w="fit-content" leftSection={<IconPlus size={12} />} disabled={!first} onClick={add} title={first ? '' : 'No question before this one offers options.'}>
            Add a condition
          </Button>
        </Stack>
      )}
    </div>
  );
}
