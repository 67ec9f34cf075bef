import { ActionIcon, NativeSelect, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck, IconTrash } from '@tabler/icons-react';

import panel from '../panel.module.css';
import type { Workspace } from '../workspace';
import classes from './objects.module.css';
import type { LivingObject } from './useObjects';
import { LANDMARKS, titleOf, worldValue } from './values';

/** Landmarks and measurements of the read: go there, name, delete. */
export function ObjectsPanel({ work }: { work: Workspace }) {
  const { objects, editor, mayEdit } = work;
  if (objects.list.length === 0 && editor.tool !== 'landmark') return null;
  const go = (entry: LivingObject) => {
    const place = objects.placeOf(entry);
    objects.choose(entry.object_id);
    if (place) editor.cine.go(...place);
  };
  return (
    <section aria-label="Measurements">
      <h2 className={panel.title}>Measurements</h2>
      {mayEdit && editor.tool === 'landmark' && (
        <NativeSelect
          size="xs"
          mb={6}
          label="The next landmark is"
          value={objects.landmark}
          onChange={(event) => objects.setLandmark(event.currentTarget.value)}
          data={Object.entries(LANDMARKS).map(([value, label]) => ({ value, label }))}
        />
      )}
      <ul className={classes.list}>
        {objects.list.map((entry) => (
          <li key={entry.object_id} data-chosen={entry.object_id === objects.chosen || undefined} data-testid="measurement">
            <UnstyledButton className={classes.go!} onClick={() => go(entry)} disabled={objects.placeOf(entry) === null}>
              <span>{titleOf(entry.object)}</span>
              {entry.object.proposed_by && <i title={`Proposed by ${entry.object.proposed_by}`}>proposed</i>}
              <b>{worldValue(entry.object)}</b>
            </UnstyledButton>
            {mayEdit && entry.object_id === objects.chosen && (
              <TextInput
                key={entry.version}
                size="xs"
                aria-label="Name of the measurement"
                placeholder="Name"
                maxLength={80}
                defaultValue={entry.object.label}
                onBlur={(event) => event.currentTarget.value !== entry.object.label && objects.rename(entry, event.currentTarget.value)}
                onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
              />
            )}
            {mayEdit && entry.object.proposed_by && (
              <ActionIcon size="sm" variant="subtle" aria-label={`Accept ${titleOf(entry.object)}`} title="Accept" onClick={() => objects.accept(entry)}>
                <IconCheck size={14} />
              </ActionIcon>
            )}
            {mayEdit && (
              <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`Delete ${titleOf(entry.object)}`} onClick={() => objects.remove(entry.object_id)}>
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
