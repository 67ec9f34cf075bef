/** Which of a case's stacks a read draws on. Pure. */
import type { ReadStack } from '../../api/types';

/** The one that is read, then long axes and late enhancement, in the order in which they are listed. */
export const drawnStacks = (stacks: ReadStack[]): ReadStack[] =>
  stacks.filter((stack) => stack.structures.length > 0).sort((a, b) => Number(b.is_read) - Number(a.is_read));
