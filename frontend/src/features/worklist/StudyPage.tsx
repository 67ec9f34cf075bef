import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { api } from '../../api/client';
import type { Study } from '../../api/types';
import { useCaseChecks } from '../../components/Checks';
import { dicomDate, number, when } from '../../components/format';
import { Rows } from '../../components/list';
import { procedureTitle } from '../../components/Deidentify';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { StackCard } from './StackCard';
import { kindName, viewName } from '../../components/stackNames';
import classes from './worklist.module.css';

export function StudyPage() {
  const { slug = '', id = '' } = useParams();
  const query = useQuery({ queryKey: ['study', id], queryFn: () => api.get<Study>(`/projects/${slug}/studies/${id}/`) });
  return (
    <Loaded query={query} label="Loading the study">
      {(study) => (
        <Page width={980} title={study.label} note={study.description} trail={[{ label: 'Studies', to: `/p/${slug}/studies` }]}>
          <Stack gap="lg">
            <Facts study={study} slug={slug} />
            <Stacks study={study} slug={slug} />
            <section>
              <Title order={2} fz="md" mb="xs">
                Series
              </Title>
              <Rows
                rows={study.series ?? []}
                rowKey={(row) => row.series_uid}
                columns={[
                  { title: 'Number', width: 80, numeric: true, render: (row) => row.number ?? '–' },
                  { title: 'Description', render: (row) => row.description || '–' },
                  {
                    title: 'Kind',
                    width: 190,
                    render: (row) => (row.sequence_kind === 'unknown' ? '–' : `${kindName(row.sequence_kind)}, ${viewName(row.view)}`),
                  },
                  { title: 'Modality', width: 90, render: (row) => row.modality },
                  { title: 'Files', width: 90, numeric: true, render: (row) => number(row.n_instances) },
                ]}
              />
            </section>
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}

function Stacks({ study, slug }: { study: Study; slug: string }) {
  const checks = useCaseChecks(slug, study.case?.id);
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        Stacks
      </Title>
      {study.stacks.length === 0 && (
        <Text size="sm" c="dimmed">
          No stack could be built: no image of the study says where it lies in the patient.
        </Text>
      )}
      <Stack gap="sm">
        {study.stacks.map((stack) => (
          <StackCard key={stack.id} stack={stack} slug={slug} checks={checks.find((row) => row.stack_id === stack.id)} />
        ))}
      </Stack>
    </section>
  );
}

function Facts({ study, slug }: { study: Study; slug: string }) {
  return (
    <dl className={classes.facts!}>
      <dt>Case</dt>
      <dd>
        {study.case ? (
          <Anchor component={Link} to={`/p/${slug}/cases/${study.case.id}`} size="sm">
            {study.case.label}
          </Anchor>
        ) : (
          'none yet'
        )}
      </dd>
      <dt>Study date</dt>
      <dd>{dicomDate(study.study_date)}</dd>
      <dt>Files</dt>
      <dd>
        {number(study.n_instances)} in {number(study.n_series)} series
      </dd>
      <dt>De-identification</dt>
      <dd title={study.deid_procedure}>{procedureTitle(study.deid_procedure)}</dd>
      <dt>Imported</dt>
      <dd>{when(study.imported_at)}</dd>
    </dl>
  );
}
