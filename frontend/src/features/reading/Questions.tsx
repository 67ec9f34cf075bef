import { useSearchParams } from 'react-router';

import type { Read } from '../../api/types';
import { Threads } from '../../components/threads/Threads';
import { type Anchor, isImage } from '../../components/threads/types';
import panel from '../../viewer/panel.module.css';
import type { Workspace } from '../../viewer/workspace';
import { drawnStacks } from './drawnStacks';
import { goTo, placeOf } from './place';

/** What the reader asks those who run the project. Other readers and adjudicators don't see it. */
export function Questions({ read, work, onDrawOn }: { read: Read; work: Workspace; onDrawOn: (stackId: string) => void }) {
  const [params] = useSearchParams();
  const jump = (anchor: Anchor) => {
    // a place may lie on images that this read no longer draws on
    const drawn = [read.stack_id, ...drawnStacks(read.stacks).map(({ id }) => id)];
    if (isImage(anchor) && drawn.includes(anchor.stack_id)) goTo(anchor, work, onDrawOn);
  };
  return (
    <>
      <h2 className={panel.title}>Ask the coordinator</h2>
      <Threads
        path={`/reads/${read.id}/threads/`}
        label="Ask about this case"
        empty="Is something missing or wrong? Other readers don’t see what you write."
        here={placeOf(work)}
        marked={params.get('thread')}
        onJump={jump}
      />
    </>
  );
}
