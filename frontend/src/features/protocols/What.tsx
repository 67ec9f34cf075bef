import { ActionIcon, Button, ColorInput, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';

import { KINDS, VIEWS } from '../../components/stackNames';
import { problemAt, problemsUnder } from './draft';
import { Section, type SectionProps } from './Section';
import { STRUCTURES } from './words';

const options = (titles: Record<string, string>) => Object.entries(titles).map(([value, label]) => ({ value, label }));

/** Which series are read; the first is the stack that is contoured. */
export function What({ draft, set, problems }: SectionProps) {
  const { series } = draft;
  const change = (at: number, patch: Partial<(typeof series)[number]>) => set({ series: series.map((one, n) => (n === at ? { ...one, ...patch } : one)) });
  return (
    <Section id="series" title="What is read" about="The first series is the stack that is contoured; the others lie beside it." wrong={problemsUnder(problems, 'series')}>
      <Stack gap={6}>
        {series.map((one, n) => (
          <Group key={n} gap="xs" align="flex-end">
            <Select
              aria-label={`Kind of series ${n + 1}`}
              data={options(KINDS)}
              allowDeselect={false}
              searchable
              w={220}
              value={one.kind}
              error={problemAt(problems, `series.${n}.kind`)}
              onChange={(kind) => kind && change(n, { kind })}
            />
            <Select
              aria-label={`View of series ${n + 1}`}
              data={options(VIEWS)}
              allowDeselect={false}
              w={150}
              value={one.view}
              error={problemAt(problems, `series.${n}.view`)}
              onChange={(view) => view && change(n, { view })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={`Remove series ${n + 1}`}
              disabled={series.length === 1}
              onClick={() => set({ series: series.filter((_, other) => other !== n) })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <Button mt={8} size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => set({ series: [...series, { kind: 'lge', view: 'SAX' }] })}>
        Add a series
      </Button>
    </Section>
  );
}

/** What is contoured, under which name and in which colour. */
export function Structures({ draft, set, problems }: SectionProps) {
  const { structures } = draft;
  const left = Object.keys(STRUCTURES).filter((code) => !structures.some((one) => one.code === code));
  const change = (at: number, patch: Partial<(typeof structures)[number]>) =>
    set({ structures: structures.map((one, n) => (n === at ? { ...one, ...patch } : one)) });
  return (
    <Section
      id="structures"
      title="Structures"
      about="What readers contour. The myocardium is what lies between epicardium and endocardium. Atria are drawn on two- and four-chamber cine, scar on late enhancement, where such series are read; volumes, agreement and the reference standard come from the short axis alone."
      wrong={problemsUnder(problems, 'structures')}
    >
      <Stack gap={6}>
        {structures.map((one, n) => (
          <Group key={one.code} gap="xs" align="flex-start">
            <TextInput
              aria-label={`Title of ${one.code}`}
              w={260}
              value={one.title}
              maxLength={60}
              error={problemAt(problems, `structures.${n}.title`)}
              onChange={(event) => change(n, { title: event.currentTarget.value })}
            />
            <ColorInput
              aria-label={`Colour of ${one.title}`}
              w={130}
              format="hex"
              withEyeDropper={false}
              value={one.color}
              error={problemAt(problems, `structures.${n}.color`)}
              onChange={(color) => change(n, { color })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={`Remove ${one.title}`}
              disabled={structures.length === 1}
              onClick={() => set({ structures: structures.filter((_, other) => other !== n) })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      {left.length > 0 && (
        <Group gap="xs" mt={8}>
          {left.map((code) => (
            <Button
              key={code}
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => set({ structures: [...structures, { code, ...STRUCTURES[code]! }] })}
            >
              {STRUCTURES[code]!.title}
            </Button>
          ))}
        </Group>
      )}
    </Section>
  );
}
