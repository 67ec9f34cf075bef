import { Alert, Button, Group, Text } from '@mantine/core';

import { plural } from '../components/format';
import { Leaving } from './Leaving';
import { MINE, sidesOf, THEIRS } from './conflicts';
import panel from './panel.module.css';
import { download } from './session/download';
import type { Conflict } from './session/journal';
import type { Workspace } from './workspace';

/** What keeps work from being saved, and the way out of it. */
export function Trouble({ work }: { work: Workspace }) {
  return (
    <>
      <Unsent work={work} />
      <Conflicts work={work} />
      <Leaving now={work.now} />
    </>
  );
}

/** The server refuses for good: the work is kept, and can be taken along as a file. */
function Unsent({ work: { now, session } }: { work: Workspace }) {
  if (now.saving !== 'refused') return null;
  return (
    <Alert color="red" p="xs" mt="sm" role="alert" data-testid="unsent">
      <Text size="sm">
        {now.message} {plural(now.unsaved, 'change')} {now.unsaved === 1 ? 'is' : 'are'} not on the server, and kept in this browser.
      </Text>
      <Group gap="xs" mt={6}>
        <Button size="compact-xs" onClick={() => download(session)}>
          Download my work (JSON)
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => void session.flush()}>
          Try again
        </Button>
      </Group>
    </Alert>
  );
}

/** Two versions of one thing: the person decides, nothing is overwritten silently. */
function Conflicts({ work }: { work: Workspace }) {
  const { now, session } = work;
  if (now.conflicts.length === 0) return null;
  return (
    <section aria-label="Conflicts" role="alert">
      <h2 className={panel.title}>Not stored</h2>
      <Text size="sm">
        Changed elsewhere meanwhile, or not as it can be stored: each says which. On the image: <Side color={MINE}>mine</Side>, <Side color={THEIRS}>stored</Side>.
      </Text>
      {now.conflicts.map((conflict) => (
        <Card key={conflict.id} conflict={conflict} work={work} />
      ))}
      {now.conflicts.length > 1 && (
        <Group gap="xs" mt={6}>
          <Button size="compact-xs" onClick={() => session.resolve(now.conflicts, true)}>
            Use all of mine
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => session.resolve(now.conflicts, false)}>
            Keep all that is stored
          </Button>
        </Group>
      )}
    </section>
  );
}

function Card({ conflict, work: { protocol, open, session, editor } }: { conflict: Conflict; work: Workspace }) {
  const [rowMm, columnMm] = open.stack.meta.pixel_spacing_mm;
  const { title, mine, theirs, frame } = sidesOf(conflict, protocol, rowMm * columnMm);
  const place = frame && open.places.of(frame);
  return (
    <Alert color="orange" p="xs" mt={6} data-testid="conflict">
      <Text size="sm" fw={600}>
        {title}
        {place && `, slice ${place[0] + 1}, phase ${place[1] + 1}`}
      </Text>
      <Text size="sm">
        <Side color={MINE}>mine</Side> {mine} · <Side color={THEIRS}>stored</Side> {theirs}
      </Text>
      <Text size="xs">{conflict.message}</Text>
      <Group gap="xs" mt={6}>
        <Button size="compact-xs" onClick={() => session.resolve([conflict], true)}>
          Use mine
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => session.resolve([conflict], false)}>
          Keep what is stored
        </Button>
        {place && (
          <Button size="compact-xs" variant="subtle" onClick={() => editor.cine.go(...place)}>
            Show
          </Button>
        )}
      </Group>
    </Alert>
  );
}

function Side({ color, children }: { color: string; children: string }) {
  return (
    <b>
      <svg width={10} height={10} aria-hidden>
        <circle cx={5} cy={5} r={4} fill={color} />
      </svg>{' '}
      {children}
    </b>
  );
}
