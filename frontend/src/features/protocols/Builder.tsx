import { Alert, Button, Collapse, Group, Text } from '@mantine/core';
import { useState } from 'react';

import { ApiError, messageOf } from '../../api/client';
import type { DraftCheck, Mapping, ProtocolDocument } from '../../api/types';
import { plural } from '../../components/format';
import { LeaveDialog, useLeaveGuard } from '../../components/Leave';
import { Changes } from './Changes';
import { FatesDialog } from './FatesDialog';
import { ProtocolForm } from './ProtocolForm';
import classes from './protocols.module.css';
import { useDraft } from './useDraft';

interface Props {
  slug: string;
  /** The protocol that is changed; null for a new one. */
  protocol: string | null;
  start: ProtocolDocument;
  /** The newest version is used by reads: saving makes the next one. */
  frozen: boolean;
  version: number;
  fixed: ReadonlySet<string>;
  mapping?: Mapping | null;
  save: (document: ProtocolDocument, mapping: Mapping | null) => Promise<void>;
  reload?: () => void;
}

/** The builder: the form, what is wrong with it as it is written, and what saving does. */
export function Builder({ slug, protocol, start, frozen, version, fixed, mapping = null, save, reload }: Props) {
  const draft = useDraft(slug, protocol, start, protocol === null);
  const blocker = useLeaveGuard(draft.guarded);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [asking, setAsking] = useState<DraftCheck | null>(null);
  const [looking, setLooking] = useState(false);
  const wrong = Object.keys(draft.problems).length;
  const checked = draft.checked;
  const next = checked?.version ?? (frozen ? version + 1 : version);

  const send = async (mapping: Mapping | null) => {
    setBusy(true);
    setProblem(null);
    draft.done();
    try {
      await save(draft.draft, mapping);
    } catch (error) {
      draft.undone();
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const press = () => {
    if (!checked || wrong > 0) return;
    const asked = checked.ask ? checked.ask.structures.length + checked.ask.questions.length : 0;
    if (asked > 0) setAsking(checked);
    else void send(null);
  };
  const late = problem instanceof ApiError && problem.code === 'protocol_changed';
  return (
    <>
      <ProtocolForm draft={draft.draft} set={draft.set} problems={draft.problems} readOnly={false} fixed={fixed} />
      <div className={classes.bar} data-testid="save-bar">
        {problem !== null && !asking && (
          <Alert color="red" mb="xs" role="alert">
            {messageOf(problem)}
            {late && reload && (
              <Button size="compact-xs" variant="light" color="red" ml="sm" onClick={reload}>
                Open it anew
              </Button>
            )}
          </Alert>
        )}
        <Collapse in={looking}>
          <Changes changes={checked?.changes ?? []} named={[start, draft.draft]} />
        </Collapse>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" role="status">
            {saying(draft.dirty, wrong, protocol, frozen, version, next)}
            {draft.trouble ? ` It can’t be checked now: ${messageOf(draft.trouble)}` : ''}
          </Text>
          <Group gap="xs" wrap="nowrap">
            {protocol !== null && draft.dirty && (
              <>
                <Button size="compact-md" variant="subtle" onClick={() => setLooking(!looking)}>
                  {looking ? 'Hide' : checked ? plural(checked.changes.length, 'change') : 'Changes'}
                </Button>
                <Button size="compact-md" variant="default" onClick={draft.discard}>
                  Discard
                </Button>
              </>
            )}
            <Button size="compact-md" loading={busy} disabled={!draft.dirty || wrong > 0 || !checked} onClick={press}>
              {protocol === null ? 'Create the protocol' : frozen ? `Make version ${next}` : 'Save'}
            </Button>
          </Group>
        </Group>
      </div>
      {asking && (
        <FatesDialog
          check={asking}
          before={start}
          after={draft.draft}
          held={mapping}
          busy={busy}
          problem={problem === null ? null : messageOf(problem)}
          onClose={() => {
            setAsking(null);
            setProblem(null);
          }}
          onSave={(mapping) => void send(mapping)}
        />
      )}
      <LeaveDialog blocker={blocker} title="Leave without saving?">
        What you changed in this protocol is not saved.
      </LeaveDialog>
    </>
  );
}

function saying(dirty: boolean, wrong: number, protocol: string | null, frozen: boolean, version: number, next: number): string {
  if (wrong > 0) return `${plural(wrong, 'field')} to correct before it can be saved.`;
  if (protocol === null) return 'New reads follow it once you put it into use.';
  if (frozen) return `Version ${version} is frozen: reads use it. Saving makes version ${next}, for cases assigned from then on.`;
  return dirty ? `Saving changes version ${version}: no read uses it yet.` : `Version ${version}: no read uses it yet.`;
}
