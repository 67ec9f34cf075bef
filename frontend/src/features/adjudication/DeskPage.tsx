import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { queryClient } from '../../api/queries';
import type { Adjudication } from '../../api/types';
import { plural } from '../../components/format';
import { Busy, ErrorNote } from '../../components/Notice';
import { Room } from '../../viewer/Room';
import { useReadSession } from '../../viewer/session/useReadSession';
import { type OpenStack, useStack } from '../../viewer/stack';
import { Desk } from './Desk';

/** Opens a case to settle. Whoever begins has it. */
export function DeskPage() {
  const { id = '' } = useParams();
  const query = useQuery({ queryKey: ['adjudication', id], queryFn: () => api.get<Adjudication>(`/adjudications/${id}/`) });
  const found = query.data;
  const { open, error } = useStack(found?.project.slug, found?.stack_id);
  // what is open stays open when asking again fails: there may be unsaved work in it
  const wrong = found ? error : query.error;
  if (wrong) return <ErrorNote error={wrong} retry={() => location.reload()} />;
  if (!found || !open) return <Busy label="Opening the case" />;
  if (found.read_id) return <WithRead key={found.read_id} found={found} readId={found.read_id} open={open} />;
  return <Begin found={found} open={open} />;
}

function WithRead({ found, readId, open }: { found: Adjudication; readId: string; open: OpenStack }) {
  const { session, now, opened, error } = useReadSession(readId);
  if (error) return <ErrorNote error={error} retry={() => location.reload()} />;
  if (!opened) return <Busy label="Opening your settlement" />;
  return <Desk found={found} open={open} session={session} now={now} mayEdit={found.state === 'open'} />;
}

function Begin({ found }: { found: Adjudication; open: OpenStack }) {
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      await api.post(`/adjudications/${found.id}/start/`);
      await queryClient.invalidateQueries({ queryKey: ['adjudication', found.id] });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    } finally {
      setBusy(false);
    }
  };
  const signed = found.state === 'signed';
  return (
    <Room
      title={`${found.project.name} / Adjudication / ${found.case.label}`}
      bar={null}
      actions={null}
      tools={null}
      below={null}
      side={null}
      foot={found.project.name}
    >
      <Group m="auto" maw={460} justify="center">
        <Text size="sm" ta="center">
          {signed
            ? 'This case is settled and locked.'
            : `${plural(found.readings.length, 'reading')} ${found.readings.length === 1 ? 'is' : 'are'} in. ${found.reasons.map((r) => r.message).join(' ')} Begin, and the case is yours to settle.`}
        </Text>
        {signed
          ? found.report_url && (
              <Button component="a" href={found.report_url} target="_blank" rel="noreferrer" variant="light">
                Signed summary (PDF)
              </Button>
            )
          : (
              <Button loading={busy} onClick={() => void start()}>
                Begin to settle
              </Button>
            )}
      </Group>
    </Room>
  );
}
