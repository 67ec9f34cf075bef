import { Badge } from '@mantine/core';

import { words } from './format';

const COLORS: Record<string, string> = {
  ready: 'gray',
  assigned: 'blue',
  reading: 'blue',
  in_progress: 'blue',
  submitted: 'teal',
  agreed: 'teal',
  adjudicating: 'orange',
  open: 'orange',
  locked: 'green',
  signed: 'green',
  reopened: 'orange',
  withdrawn: 'gray',
  queued: 'gray',
  leased: 'blue',
  running: 'blue',
  receiving: 'blue',
  succeeded: 'green',
  finished: 'green',
  stored: 'green',
  failed: 'red',
  dead: 'red',
  refused: 'red',
  quarantined: 'orange',
  duplicate: 'gray',
  cancelled: 'gray',
  champion: 'green',
  registered: 'gray',
  challenger: 'orange',
  approved: 'teal',
  retired: 'gray',
};

/** What the wire calls otherwise than people. */
const LABELS: Record<string, string> = { quarantined: 'set aside', duplicate: 'known already' };

/** A state in words, coloured by what it asks of the person. */
export function State({ value }: { value: string }) {
  return (
    <Badge variant="light" color={COLORS[value] ?? 'gray'} radius="sm" tt="none" fw={500}>
      {LABELS[value] ?? words(value)}
    </Badge>
  );
}

/** What a person must know of a model wherever its name stands. */
export function ModelFlags({ model }: { model: { noncommercial: boolean; demonstration: boolean } }) {
  return (
    <>
      {model.noncommercial && (
        <Badge variant="outline" color="orange" radius="sm" tt="none" fw={500}>
          non-commercial
        </Badge>
      )}
      {model.demonstration && (
        <Badge variant="outline" color="grape" radius="sm" tt="none" fw={500}>
          demonstration only
        </Badge>
      )}
    </>
  );
}

export function PhantomFlag() {
  return (
    <Badge variant="outline" color="gray" radius="sm" tt="none" fw={500}>
      phantom
    </Badge>
  );
}
