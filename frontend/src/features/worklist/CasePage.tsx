import { Alert, Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import type { Agreement, CaseDetail } from '../../api/types';
import { AgreementTable } from '../../components/AgreementTable';
import { CheckBadge, ChecksOfStack, useCaseChecks } from '../../components/Checks';
import { when } from '../../components/format';
import { ImportedList } from '../../components/ImportedList';
import { JobLine } from '../../components/JobLine';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { Present } from '../../components/Present';
import { ReasonDialog } from '../../components/ReasonDialog';
import { PhantomFlag, State } from '../../components/State';
import { Thumb } from '../../components/Thumb';
import { AssignDialog } from './AssignDialog';
import { CaseDiscussion } from './CaseDiscussion';
import { ImportAnnotationsDialog } from './ImportAnnotationsDialog';
import { ReferenceVersions } from './ReferenceVersions';
import { dueText } from './planning';
import { WithdrawDialog } from './WithdrawDialog';

export function CasePage() {
  const { slug = '', id = '' } = useParams();
  const query = useQuery({
    queryKey: ['case', id],
    queryFn: () => api.get<CaseDetail>(`/projects/${slug}/cases/${id}/`),
  });
  return (
    <Loaded query={query} label="Loading the case">
      {(found) => <Case slug={slug} found={found} />}
    </Loaded>
  );
}

function Case({ slug, found }: { slug: string; found: CaseDetail }) {
  const client = useQueryClient();
  const [assigning, setAssigning] = useState(false);
  const [importing, setImporting] = useState(false);
  const checks = useCaseChecks(slug, found.id);
  const may = (action: string) => found.actions.includes(action);
  const preannotate = async () => {
    try {
      await api.post(`/projects/${slug}/preannotate/`, { case_ids: [found.id] });
      await client.invalidateQueries({ queryKey: ['case', found.id] });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  const jobs = found.jobs.slice(0, 5);
  const withdrawn = found.state === 'withdrawn';
  return (
    <Page
      title={found.label}
      trail={[{ label: 'Cases', to: `/p/${slug}/cases` }]}
      note={
        <Group gap={6}>
          <State value={found.state} />
          <CheckBadge checks={checks} />
          {found.is_phantom && <PhantomFlag />}
          {found.site && <span>{found.site}</span>}
        </Group>
      }
      actions={
        <>
          {may('preannotate') && (
            <Button variant="default" onClick={() => void preannotate()}>
              Pre-annotate
            </Button>
          )}
          {may('assign') && <Button onClick={() => setAssigning(true)}>Assign</Button>}
          {found.my_read_id && (
            <Button component={Link} to={`/read/${found.my_read_id}`}>
              Open my read
            </Button>
          )}
          {may('open_adjudication') && found.adjudication_id && (
            <Button component={Link} to={`/adjudicate/${found.adjudication_id}`}>
              Open adjudication
            </Button>
          )}
        </>
      }
    >
      {withdrawn && (
        <Alert color="gray" mb="lg" maw={980}>
          The subject was withdrawn from the project: images, contours, answers and numbers are deleted. Who read, and when, stays on record.
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Stack gap="lg">
          <Card title="Reads">
            <Reads slug={slug} found={found} mayWithdraw={may('withdraw_read')} />
          </Card>
          <Card title="Studies">
            {found.studies.length === 0 && (
              <Text size="sm" c="dimmed">
                None.
              </Text>
            )}
            {found.studies.map((study) => (
              <Group key={study.id} wrap="nowrap">
                <Thumb url={study.thumbnail_url} size={56} label={study.label} />
                <div>
                  <Anchor component={Link} to={`/p/${slug}/studies/${study.id}`} size="sm" fw={600}>
                    {study.label}
                  </Anchor>
                  <Text size="xs" c="dimmed" lineClamp={2}>
                    {study.description}
                  </Text>
                </div>
                {found.stack_id && (
                  <Button component={Link} to={`/p/${slug}/stacks/${found.stack_id}/view`} size="compact-sm" variant="default" ml="auto">
                    Open images
                  </Button>
                )}
              </Group>
            ))}
          </Card>
          {checks.length > 0 && (
            <Card title="Draft and images">
              {checks.map((row) => (
                <ChecksOfStack key={row.stack_id} checks={row} />
              ))}
            </Card>
          )}
          {(found.imported_annotations.length > 0 || may('import_annotations')) && (
            <Card title="Imported annotations">
              {found.imported_annotations.length > 0 ? (
                <ImportedList rows={found.imported_annotations} />
              ) : (
                <Text size="sm" c="dimmed">
                  None yet. Contours made in another program can be brought here.
                </Text>
              )}
              {may('import_annotations') && (
                <Group>
                  <Button size="compact-sm" variant="default" onClick={() => setImporting(true)}>
                    Import annotations
                  </Button>
                </Group>
              )}
            </Card>
          )}
          {jobs.length > 0 && (
            <Card title="Jobs">
              {jobs.map((job) => (
                <JobLine key={job.id} job={job} />
              ))}
            </Card>
          )}
        </Stack>
        <Stack gap="lg">
          {found.reference && (
            <Card title="Reference standard">
              <ReferenceVersions slug={slug} caseId={found.id} newest={found.reference} mayReopen={may('reopen')} />
            </Card>
          )}
          {!withdrawn && may('open_agreement') && <Present slug={slug} caseId={found.id} page="case" />}
          {!withdrawn && <CaseDiscussion slug={slug} caseId={found.id} open={may('open_agreement')} stackId={found.stack_id} />}
          {(!withdrawn || may('open_agreement')) && (
            <Card title="Agreement">
              {may('open_agreement') ? (
                <AgreementBlock slug={slug} caseId={found.id} />
              ) : (
                <Text size="sm" c="dimmed">
                  Shown once all reads of this case are in: {found.read_counts?.submitted ?? 0} of {found.read_counts?.required ?? 0} so far.
                </Text>
              )}
            </Card>
          )}
        </Stack>
      </SimpleGrid>
      <ImportAnnotationsDialog slug={slug} caseId={found.id} opened={importing} onClose={() => setImporting(false)} />
      <AssignDialog slug={slug} caseIds={[found.id]} opened={assigning} onClose={() => setAssigning(false)} />
    </Page>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="sm">
        {title}
      </Title>
      <Stack gap="sm">{children}</Stack>
    </Paper>
  );
}

function Reads({ slug, found, mayWithdraw }: { slug: string; found: CaseDetail; mayWithdraw: boolean }) {
  const [withdrawing, setWithdrawing] = useState<string | null>(null);
  const [passing, setPassing] = useState<string | null>(null);
  if (found.reads.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nobody reads this case yet. {found.actions.includes('assign') && 'Press Assign to give it to readers.'}
      </Text>
    );
  }
  return (
    <>
      <Rows
        rows={found.reads}
        minWidth={460} // two cards stand beside one another
        rowKey={(row) => row.id}
        columns={[
          {
            title: 'Reader',
            render: (row) => (
              <>
                <Text size="sm">{row.reader.label}</Text>
                <Text size="xs" c="dimmed">
                  {row.alias}
                  {row.duplicate && ', hidden second reading'}
                </Text>
              </>
            ),
          },
          { title: 'State', width: 120, render: (row) => <State value={row.state} /> },
          { title: 'Submitted', width: 150, render: (row) => (row.submitted_at ? when(row.submitted_at) : row.due_at ? dueText(row.due_at).text : '–') },
          {
            title: 'Change',
            width: 165,
            render: (row) =>
              mayWithdraw && row.state !== 'withdrawn' && row.reader.kind === 'person' ? (
                <Group gap={6} wrap="nowrap">
                  {row.state !== 'submitted' && !row.duplicate && (
                    <Button size="compact-xs" variant="default" onClick={() => setPassing(row.id)}>
                      Pass on
                    </Button>
                  )}
                  <Button size="compact-xs" variant="default" onClick={() => setWithdrawing(row.id)}>
                    Take back
                  </Button>
                </Group>
              ) : null,
          },
        ]}
      />
      <WithdrawDialog key={withdrawing} slug={slug} readId={withdrawing} onClose={() => setWithdrawing(null)} />
      {passing && <PassOn slug={slug} readId={passing} onClose={() => setPassing(null)} />}
    </>
  );
}

function PassOn({ slug, readId, onClose }: { slug: string; readId: string; onClose: () => void }) {
  const readers = useQuery({
    queryKey: ['readers', slug],
    queryFn: () => api.get<{ user_id: string; name: string }[]>(`/projects/${slug}/readers/`),
  });
  return (
    <ReasonDialog
      title="Pass this read on"
      description="The first reader is told that it was taken back; the new one starts from the beginning."
      action="Pass on"
      people={readers.data?.map((row) => ({ value: row.user_id, label: row.name })) ?? []}
      send={({ reason, person }) => api.post(`/reads/${readId}/reassign/`, { user_id: person, reason })}
      onClose={onClose}
    />
  );
}

function AgreementBlock({ slug, caseId }: { slug: string; caseId: string }) {
  const query = useQuery({
    queryKey: ['agreement', caseId],
    queryFn: () => api.get<Agreement>(`/projects/${slug}/cases/${caseId}/agreement/`),
  });
  return (
    <Loaded query={query} label="Loading the agreement">
      {(agreement) => <AgreementTable agreement={agreement} />}
    </Loaded>
  );
}
