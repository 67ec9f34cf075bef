import { Alert, Button, Checkbox, Group, Modal, Progress, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { api, ApiError, messageOf } from '../../api/client';
import { number, plural } from '../../components/format';
import { Rows } from '../../components/list';
import { Empty, Loaded } from '../../components/Notice';
import { askJob, doing, ended, isQueued, PlanFailed, type PlanJob, type Queued } from './planJob';
import { makeBody, type Plan, planText, type ReaderCount } from './planning';

interface Props {
  slug: string;
  /** Cases to plan; null for all that lack reads. */
  caseIds: string[] | null;
  onClose: (done: boolean) => void;
}

/** Shown first, then made exactly as shown. */
export function PlanDialog({ slug, caseIds, onClose }: Props) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<string[] | null>(null);
  const [balance, setBalance] = useState<string | null>('site');
  const [plan, setPlan] = useState<Plan | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [job, setJob] = useState<PlanJob | null>(null);
  const closed = useRef(new AbortController());
  useEffect(() => {
    closed.current = new AbortController();
    return () => closed.current.abort();
  }, []);
  const query = useQuery({
    queryKey: ['readers', slug],
    queryFn: () => api.get<{ user_id: string; name: string; open_reads: number }[]>(`/projects/${slug}/readers/`),
  });
  const everyone = query.data?.map((row) => row.user_id) ?? [];
  const readers = chosen ?? everyone;
  const asked = { user_ids: readers, balance_by: balance === 'none' ? null : balance, ...(caseIds && { case_ids: caseIds }) };
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      if (closed.current.signal.aborted) return; // a job goes on without the dialog
      setProblem(error instanceof PlanFailed ? error.message : messageOf(error));
      if ((error instanceof ApiError || error instanceof PlanFailed) && error.code === 'plan_changed') setPlan(null);
    } finally {
      setBusy(false);
      setJob(null);
    }
  };
  /** The job's result, where the portal makes the plan in the background. */
  const waited = (queued: Queued) => {
    const { signal } = closed.current;
    return ended(() => askJob(slug, queued.job_id, signal), setJob, signal);
  };
  const show = () =>
    attempt(async () => {
      const answer = await api.post<Plan | Queued>(`/projects/${slug}/assignments/plan/`, asked);
      setPlan(isQueued(answer) ? (await waited(answer)).plan : answer);
    });
  const make = () =>
    attempt(async () => {
      const answer = await api.post<{ n_reads: number } | Queued>(`/projects/${slug}/assignments/plan/make/`, makeBody(asked, plan!));
      const done = isQueued(answer) ? (await waited(answer)).made! : answer;
      await client.invalidateQueries();
      notifications.show({ message: `${plural(done.n_reads, 'read')} assigned.`, color: 'green' });
      onClose(true);
    });
  const changed = (set: () => void) => {
    set();
    setPlan(null);
  };
  return (
    <Modal opened onClose={() => onClose(false)} size="lg" centered title={caseIds ? `Plan ${plural(caseIds.length, 'case')}` : 'Plan all cases that lack reads'}>
      <Loaded query={query} label="Loading readers">
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="No readers in this project">The owner brings them in on the Team page.</Empty>
          ) : (
            <Stack gap="sm">
              {problem && <Alert color="red">{problem}</Alert>}
              <Checkbox.Group
                value={readers}
                onChange={(value) => changed(() => setChosen(value))}
                label="Readers"
                description="New reads even out the work that is open for each of them."
              >
                <Group gap="md" mt="xs">
                  {rows.map((row) => (
                    <Checkbox key={row.user_id} value={row.user_id} label={row.name} disabled={busy} />
                  ))}
                </Group>
              </Checkbox.Group>
              <Select
                label="Give each reader the same mix by"
                data={[
                  { value: 'site', label: 'Site' },
                  { value: 'vendor', label: 'Vendor' },
                  { value: 'disease', label: 'Disease, where it is known' },
                  { value: 'none', label: 'Nothing' },
                ]}
                value={balance}
                allowDeselect={false}
                disabled={busy}
                onChange={(value) => changed(() => setBalance(value))}
                w={260}
              />
              {plan && <Preview plan={plan} />}
              {job && <Working job={job} making={plan !== null} />}
              <Group justify="flex-end">
                <Button variant="default" onClick={() => onClose(false)}>
                  {job && plan ? 'Close' : 'Cancel'}
                </Button>
                {plan ? (
                  <Button onClick={() => void make()} loading={busy} disabled={plan.n_reads === 0 || busy} data-autofocus>
                    Assign as shown
                  </Button>
                ) : (
                  <Button onClick={() => void show()} loading={busy} disabled={readers.length === 0}>
                    Show the plan
                  </Button>
                )}
              </Group>
            </Stack>
          )
        }
      </Loaded>
    </Modal>
  );
}

/** A plan of many cases takes a while. */
function Working({ job, making }: { job: PlanJob; making: boolean }) {
  return (
    <Stack gap={4} role="status">
      <Progress value={Math.max(3, 100 * job.progress)} animated aria-label="How far the plan is" />
      <Text size="xs" c="dimmed">
        {doing(job)}. {making ? 'You may close this: the reads are assigned all the same, and Jobs says when.' : 'So many cases and readers take a while.'}
      </Text>
    </Stack>
  );
}

function Preview({ plan }: { plan: Plan }) {
  const strata = Object.keys(plan.strata).filter((name) => name !== '');
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="status">
        {planText(plan)}
      </Text>
      {plan.warnings.map((text) => (
        <Alert key={text} color="orange" p="xs">
          {text}
        </Alert>
      ))}
      <Rows<ReaderCount>
        minWidth={420}
        rows={plan.readers}
        rowKey={(row) => row.user_id}
        columns={[
          { title: 'Reader', render: (row) => row.name },
          { title: 'Open now', width: 90, numeric: true, render: (row) => number(row.open_before) },
          { title: 'New', width: 70, numeric: true, render: (row) => number(row.new) },
          ...(plan.n_duplicates
            ? [{ title: 'Second', width: 80, numeric: true, render: (row: ReaderCount) => number(row.duplicates) }]
            : []),
          ...strata.slice(0, 4).map((name) => ({
            title: name,
            width: 90,
            numeric: true,
            render: (row: ReaderCount) => number(row.by_stratum[name] ?? 0),
          })),
        ]}
      />
      <Text size="xs" c="dimmed">
        Seed {plan.seed}. The same seed on the same cases gives the same plan. Readers are told how many new reads they have.
      </Text>
    </Stack>
  );
}
