import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { api } from '../../api/client';
import { number } from '../../components/format';
import { Rows } from '../../components/list';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';
import { type OwnTraining, thresholdText, type TrainingRead } from './planning';

const STRUCTURES: [string, string][] = [
  ['lv_endo', 'LV endo'],
  ['lv_epi', 'LV epi'],
  ['rv_endo', 'RV endo'],
];
const NUMBERS: [string, string, string][] = [
  ['edv_ml', 'EDV', 'ml'],
  ['esv_ml', 'ESV', 'ml'],
  ['ef_percent', 'EF', 'points'],
  ['mass_g', 'Mass', 'g'],
];

/** The reader's own training: what was read, and how far from the known answer it lies. */
export function OwnTrainingPage() {
  const { slug = '' } = useParams();
  const query = useQuery({
    queryKey: ['own-training', slug],
    queryFn: ({ signal }) => api.get<OwnTraining>(`/projects/${slug}/training/mine/`, signal),
  });
  return (
    <Page width={1080} title="My training" trail={[{ label: 'Project', to: `/p/${slug}` }]} note="How far your training reads lie from the known answer.">
      <Loaded query={query} label="Loading your training">
        {(training) => (
          <Stack gap="md">
            {training.admitted ? (
              <Alert color="green">You are admitted: the coordinator can give you cases.</Alert>
            ) : (
              training.threshold.required && <Text size="sm">To reach: {thresholdText(training.threshold)}</Text>
            )}
            {training.reads.length === 0 ? (
              <Empty title="No training reads">{training.threshold.required ? 'The coordinator gives them to you.' : 'This project asks for no training.'}</Empty>
            ) : (
              <Results training={training} />
            )}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Results({ training }: { training: OwnTraining }) {
  return (
    <Rows<TrainingRead>
      minWidth={840}
      rows={training.reads}
      rowKey={(row) => row.read_id}
      columns={[
        {
          title: 'Read',
          render: (row) => (
            <Anchor component={Link} to={`/read/${row.read_id}`} size="sm" fw={600}>
              {row.alias}
            </Anchor>
          ),
        },
        { title: 'State', width: 120, render: (row) => <State value={row.state} /> },
        ...STRUCTURES.map(([code, title]) => ({
          title: `Dice ${title}`,
          width: 105,
          numeric: true,
          render: (row: TrainingRead) => row.dice[code]?.toFixed(2) ?? '–',
        })),
        ...NUMBERS.map(([code, title, unit]) => ({
          title: `${title}, ${unit}`,
          width: 90,
          numeric: true,
          render: (row: TrainingRead) => signed(row.differences[code]),
        })),
        { title: 'Within', width: 80, render: (row) => (row.passed === null ? '–' : row.passed ? 'yes' : 'no') },
      ]}
    />
  );
}

/** Yours minus the known answer. */
function signed(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return `${value > 0 ? '+' : ''}${number(value, 1)}`;
}
