import { Anchor, Box, Fieldset, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';

import { problemAt, problemsUnder } from './draft';
import { Adjudication, Ai, Bands, Order, Reads, Training } from './How';
import { Layouts } from './Layouts';
import { Preview } from './Preview';
import classes from './protocols.module.css';
import { Questions } from './Questions';
import type { SectionProps } from './Section';
import { Structures, What } from './What';

const CONTENTS: [id: string, title: string, paths: string[]][] = [
  ['series', 'What is read', ['series']],
  ['structures', 'Structures', ['structures']],
  ['questions', 'Questions', ['questions']],
  ['reads', 'Reads and blinding', ['reads_per_case', 'double_blind']],
  ['ai', 'AI', ['ai']],
  ['order', 'Order and time', ['order', 'duplicates_share', 'washout_days', 'time_limit_days']],
  ['training', 'Training', ['training']],
  ['adjudication', 'Adjudication', ['adjudication']],
  ['bands', 'Convention and bands', ['bands', 'convention']],
  ['layouts', 'Layouts', ['layouts']],
];

interface Props extends SectionProps {
  fixed: ReadonlySet<string>;
  beside?: ReactNode;
}

/** All of a protocol, to change or to look at: contents on the left, the reader's form on the right. */
export function ProtocolForm({ fixed, beside, ...section }: Props) {
  const { draft, set, problems, readOnly } = section;
  return (
    <div className={classes.columns}>
      <Box component="nav" className={classes.contents!} aria-label="Sections">
        <Stack gap={4}>
          {CONTENTS.map(([id, title, paths]) => {
            const wrong = paths.reduce((n, path) => n + problemsUnder(problems, path), 0);
            return (
              <Anchor key={id} href={`#${id}`} size="sm" lh="24px" display="block" {...(wrong > 0 ? { c: 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-3))' } : {})}>
                {title}
                {wrong > 0 && ` (${wrong})`}
              </Anchor>
            );
          })}
        </Stack>
      </Box>
      <Fieldset variant="unstyled" disabled={readOnly} m={0} p={0} miw={0} {...(readOnly ? { className: classes.look! } : {})}>
        <TextInput
          label="Name"
          maw={420}
          mb="md"
          maxLength={80}
          value={draft.name}
          error={problemAt(problems, 'name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <What {...section} />
        <Structures {...section} />
        <Questions {...section} fixed={fixed} />
        <Reads {...section} />
        <Ai {...section} />
        <Order {...section} />
        <Training {...section} />
        <Adjudication {...section} />
        <Bands {...section} />
        <Layouts {...section} />
      </Fieldset>
      <aside className={classes.beside} aria-label="Preview">
        <Stack gap="md">
          {beside}
          <div>
            <Text size="sm" fw={600} mb={6}>
              What the reader is asked
            </Text>
            <Preview draft={draft} />
          </div>
        </Stack>
      </aside>
    </div>
  );
}
