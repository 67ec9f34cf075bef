import { useEffect } from 'react';

import { plural } from '../components/format';
import { LeaveDialog, useLeaveGuard } from '../components/Leave';
import type { Snapshot } from './session/session';

/** Whether work would be gone with this page: the server doesn't hold it, and this browser keeps nothing. */
export const wouldBeLost = ({ unsaved, conflicts, durable }: Snapshot): boolean => !durable && unsaved + conflicts.length > 0;

/** Asks before a page with such work is left for another one; once it is saved, goes there. */
export function Leaving({ now }: { now: Snapshot }) {
  const lost = wouldBeLost(now);
  const left = now.unsaved + now.conflicts.length;
  const blocker = useLeaveGuard(lost);
  useEffect(() => {
    if (blocker.state === 'blocked' && !lost) blocker.proceed();
  }, [blocker, lost]);
  return (
    <LeaveDialog blocker={blocker} title="Leave and lose work?">
      {`${plural(left, 'change')} ${left === 1 ? 'is' : 'are'} not on the server, and this browser keeps nothing on disk. Stay until the sign says saved.`}
    </LeaveDialog>
  );
}
