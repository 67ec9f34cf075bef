import { SegmentedControl } from '@mantine/core';

import type { Read } from '../../api/types';
import { stackMarks, stackTitle } from '../../components/stackNames';
import panel from '../../viewer/panel.module.css';
import { drawnStacks } from './drawnStacks';

interface Props {
  read: Read;
  /** The stack that contours are drawn on now. */
  drawn: string;
  onChoose: (stackId: string) => void;
}

/** Which images are drawn on; there is nothing to choose where the protocol asks for one stack alone. */
export function StackChoice({ read, drawn, onChoose }: Props) {
  const stacks = drawnStacks(read.stacks);
  if (stacks.length < 2) return null;
  return (
    <section aria-label="Images to draw on">
      <h2 className={panel.title}>Draw on</h2>
      <SegmentedControl
        fullWidth
        size="xs"
        orientation={stacks.length > 3 ? 'vertical' : 'horizontal'}
        value={drawn}
        onChange={onChoose}
        data={stacks.map((stack) => ({ value: stack.id, label: [stackTitle(stack), ...stackMarks(stack)].join(', ') }))}
      />
    </section>
  );
}
