import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../../api/client';
import { number, plural } from '../../components/format';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { ReasonDialog } from '../../components/ReasonDialog';
import { Block } from './Block';
import { thresholdText, type Training, type TrainingPerson } from './planning';

/** Training cases, results and admission, for those who assign. */
export function TrainingBlock({ slug }: { slug: string }) {
  const query = useQuery({
    queryKey: ['reader-training', slug],
    queryFn: ({ signal }) => api.get<Training>(`/projects/${slug}/training/`, signal),
  });
  return (
    <Block title="Training">
      <Loaded query={query} label="Loading training">
        {(training) =>
          !training.threshold.required && training.cases.length === 0 ? (
            <Text size="sm" c="dimmed">
              The protocol asks for no training. Set it under Protocols, then choose cases with a known answer on the Cases page and mark them for
              training.
            </Text>
          ) : (
            <People slug={slug} training={training} />
          )
        }
      </Loaded>
    </Block>
  );
}

function People({ slug, training }: { slug: string; training: Training }) {
  const client = useQueryClient();
  const [admitting, setAdmitting] = useState<TrainingPerson | null>(null);
  const give = async (person: TrainingPerson) => {
    try {
      const done = await api.post<{ created: number }>(`/projects/${slug}/training/give/`, { user_ids: [person.user_id] });
      await client.invalidateQueries();
      notifications.show({ message: done.created ? `${plural(done.created, 'training read')} given.` : `${person.name} has them all, not yet submitted.` });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  return (
    <>
      <Text size="sm" mb="xs">
        {training.threshold.required ? thresholdText(training.threshold) : 'Training is not required.'}{' '}
        {training.cases.length === 0
          ? 'No case is marked for training yet: choose some on the Cases page.'
          : `Marked: ${training.cases.map((row) => row.case).join(', ')}.`}
      </Text>
      <Rows<TrainingPerson>
        minWidth={760}
        rows={training.people}
        rowKey={(row) => row.user_id}
        columns={[
          { title: 'Reader', render: (row) => row.name },
          { title: 'Submitted', width: 110, numeric: true, render: (row) => `${row.submitted} of ${row.given}` },
          { title: 'Lowest mean Dice', width: 140, numeric: true, render: (row) => lowest(row) },
          { title: 'Mean EF apart', width: 120, numeric: true, render: (row) => (row.mean_ef_points === null ? '–' : `${number(row.mean_ef_points, 1)} points`) },
          { title: 'Admitted', width: 190, render: (row) => admission(row) },
          {
            title: 'Change',
            width: 190,
            render: (row) => (
              <Group gap={6}>
                <Button size="compact-xs" variant="default" aria-label={`Give training to ${row.name}`} disabled={training.cases.length === 0} onClick={() => void give(row)}>
                  Give training
                </Button>
                {!row.admitted_at && (
                  <Button size="compact-xs" variant="default" aria-label={`Admit ${row.name}`} onClick={() => setAdmitting(row)}>
                    Admit
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
      {admitting && (
        <ReasonDialog
          title={`Admit ${admitting.name}`}
          description="They may read trial cases from now on. Your name and the reason are kept."
          action="Admit"
          send={({ reason }) => api.post(`/projects/${slug}/training/admit/`, { user_id: admitting.user_id, reason })}
          onClose={() => setAdmitting(null)}
        />
      )}
    </>
  );
}

function lowest(row: TrainingPerson): string {
  const values = Object.values(row.mean_dice);
  return values.length ? Math.min(...values).toFixed(2) : '–';
}

function admission(row: TrainingPerson): string {
  if (!row.admitted_at) return 'not yet';
  return row.admitted_by ? `by ${row.admitted_by}: ${row.reason}` : 'reached the threshold';
}
