import { JsonInput } from '@mantine/core';
import { useState } from 'react';

import { problemAt, problemsUnder } from './draft';
import { Section, type SectionProps } from './Section';

function textOf(layouts: unknown): string {
  if (typeof layouts === 'string') return layouts;
  return !layouts || (Array.isArray(layouts) && layouts.length === 0) ? '' : JSON.stringify(layouts, null, 2);
}

/** What the field says; text that is no JSON goes as it is, and the check says what is wrong. */
function layoutsIn(text: string): unknown {
  try {
    return text.trim() === '' ? [] : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

export function Layouts({ draft, set, problems }: SectionProps) {
  const [text, setText] = useState<string | null>(null); // what is being typed stays as it is typed
  return (
    <Section
      id="layouts"
      title="Layouts of the reading room"
      about="A list in JSON, offered before the built-in ones; the reader’s guide says what a layout holds. Empty: none."
      wrong={problemsUnder(problems, 'layouts')}
    >
      <JsonInput
        aria-label="Layouts of the reading room"
        autosize
        minRows={2}
        maxRows={14}
        validationError="This is no JSON."
        error={problemAt(problems, 'layouts')}
        value={text ?? textOf(draft.layouts)}
        onBlur={() => setText(null)}
        onChange={(next) => {
          setText(next);
          set({ layouts: layoutsIn(next) });
        }}
      />
    </Section>
  );
}
