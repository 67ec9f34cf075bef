import { Chip, Group } from '@mantine/core';

import { type FieldProps, named } from './field';

/** One of several; the arrow keys go from option to option. */
export function ChoiceField({ question, value, disabled, set }: FieldProps) {
  return (
    <Chip.Group value={typeof value === 'string' ? value : null} onChange={(next) => set(String(next))}>
      <Group gap={6} role="radiogroup" {...named(question)}>
        {question.options.map((option) => (
          <Chip key={option.value} value={option.value} size="xs" radius="sm" variant="outline" disabled={disabled}>
            {option.title}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

/** Any number of them; kept in the protocol's order, so that the same choice is the same answer. */
export function MultipleField({ question, value, disabled, set }: FieldProps) {
  const chosen = Array.isArray(value) ? value : [];
  const take = (next: string[]) => {
    const ordered = question.options.map((option) => option.value).filter((one) => next.includes(one));
    set(ordered.length > 0 ? ordered : null);
  };
  return (
    <Chip.Group multiple value={chosen} onChange={take}>
      <Group gap={6} role="group" {...named(question)}>
        {question.options.map((option) => (
          <Chip key={option.value} value={option.value} size="xs" radius="sm" variant="outline" disabled={disabled}>
            {option.title}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}
