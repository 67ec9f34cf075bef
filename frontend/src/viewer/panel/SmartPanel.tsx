import { Button, Group, Loader, Modal, Progress, Text } from '@mantine/core';
import { useMemo, useState } from 'react';

import { plural } from '../../components/format';
import { mayAskAi } from '../actions/action';
import { ACTIONS } from '../actions/registry';
import { allUntouched } from '../actions/smart';
import parent from '../panel.module.css';
import { ActionButton } from '../Tools';
import type { Workspace } from '../workspace';
import classes from './smart.module.css';

const MAKE = ['ai-slice', 'carry-on', 'carry-back', 'propagate-slice', 'propagate-all', 'interpolate'];
const ACCEPT = ['accept-contour', 'accept-slice', 'next-unseen'];

/** Contours that are computed: making them, watching, stopping; then looking at each and accepting. */
export function SmartPanel({ work }: { work: Workspace }) {
  const { smart } = work;
  if (!smart || !work.mayEdit) return null;
  return (
    <section aria-label="Computed contours">
      <h2 className={parent.title}>Computed contours</h2>
      {smart.running ? (
        <div data-testid="smart-progress">
          {smart.running.total > 0 && (
            <Progress value={Math.max(2, (100 * smart.running.done) / smart.running.total)} size="sm" aria-label={smart.running.title} />
          )}
          <Group justify="space-between" mt={4}>
            {smart.running.total > 0 ? (
              <Text size="xs" c="dimmed">
                {smart.running.title}: {smart.running.done} of {smart.running.total}
              </Text>
            ) : (
              <Group gap={6}>
                <Loader size="xs" />
                <Text size="xs" c="dimmed">
                  {smart.running.title}…
                </Text>
              </Group>
            )}
            <Button size="compact-xs" variant="default" onClick={smart.cancel}>
              Stop
            </Button>
          </Group>
        </div>
      ) : (
        <Buttons ids={MAKE} work={work} />
      )}
      <p className={parent.small} role="status" data-testid="smart-message">
        {smart.message}
      </p>
      <Untouched work={work} />
    </section>
  );
}

function Buttons({ ids, work }: { ids: string[]; work: Workspace }) {
  return (
    <div className={classes.buttons}>
      {ids
        .map((id) => ACTIONS.find((action) => action.id === id)!)
        .filter((action) => !action.ai || mayAskAi(work))
        .map((action) => (
          <ActionButton key={action.id} action={action} work={work} />
        ))}
    </div>
  );
}

/** How many contours nobody has looked at, by where they come from; accepting more than a frame at a time. */
function Untouched({ work }: { work: Workspace }) {
  const [asking, setAsking] = useState(false);
  const { annotations } = work.now.held;
  const { places } = work.open;
  const counts = useMemo(() => {
    const found = { ai: 0, propagated: 0, imported: 0 };
    for (const a of annotations.values()) {
      if (a.state === 'auto' && a.parts.length > 0 && places.of(a) && a.origin in found) found[a.origin as keyof typeof found] += 1;
    }
    return found;
  }, [annotations, places]);
  const drawn = useMemo(() => [...annotations.values()].some((a) => a.parts.length > 0), [annotations]);
  const total = counts.ai + counts.propagated + counts.imported;
  const acceptAll = () => {
    work.session.accept(allUntouched(work));
    setAsking(false);
  };
  return (
    <>
      <p className={parent.small} data-testid="untouched">
        {total === 0 ? (drawn ? 'Every contour is accepted or edited.' : 'No contours yet.') : `Not looked at: ${described(counts)}.`}
      </p>
      {total > 0 && (
        <>
          <Buttons ids={ACCEPT} work={work} />
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAsking(true)}>
            Accept all…
          </Button>
        </>
      )}
      <Modal opened={asking} onClose={() => setAsking(false)} title="Accept all contours?" centered>
        <Text size="sm">
          {plural(total, 'contour')} that nobody has looked at one by one will count as accepted by you: {described(counts)}.
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setAsking(false)}>
            Cancel
          </Button>
          <Button onClick={acceptAll}>Accept {total}</Button>
        </Group>
      </Modal>
    </>
  );
}

function described({ ai, propagated, imported }: { ai: number; propagated: number; imported: number }): string {
  const words = [ai > 0 && `${ai} by the AI`, propagated > 0 && `${propagated} propagated`, imported > 0 && `${imported} imported`];
  return words.filter(Boolean).join(', ');
}
