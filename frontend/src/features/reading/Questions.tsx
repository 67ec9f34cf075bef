import { useSearchParams } from 'react-router';

import type { Read } from '../../api/types';
import { Threads } from '../../components/threads/Threads';
import { type Anchor, isImage } from '../../components/threads/types';
import panel from '../../viewer/panel.module.css';
import type { Workspace } from '../../viewer/workspace';

/** What the reader asks those who run the project. Other readers and adjudicators don't see it. */
export function Questions({ read, work }: { read: Read; work: Workspace }) {
  const [params] = useSearchParams();
  const { cine, structure } = work.editor;
  const here: Anchor = { kind: 'image', stack_id: read.stack_id, slice: cine.slice, phase: cine.phase, structure };
  const jump = (anchor: Anchor) => {
    if (isImage(anchor)) cine.go(anchor.slice, anchor.phase);
  };
  return (
    <>
      <h2 className={panel.title}>Ask the coordinator</h2>
      <Threads
        path={`/reads/${read.id}/threads/`}
        label="Ask about this case"
        empty="Is something missing or wrong? Other readers don’t see what you write."
        here={here}
        marked={params.get('thread')}
        onJump={jump}
      />
    </>
  );
}
