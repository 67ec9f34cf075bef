import { Alert, Button, Code, Text } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { plural, when } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';

interface Event {
  seq: number;
  at: string;
  actor: { id: string; display_name: string };
  action: string;
  target_type: string;
  target_id: string;
  details: Record<string, unknown>;
  hash: string;
}
interface Verification {
  ok: boolean;
  events: number;
  head_hash: string;
  problems: { seq: number; code: string; message: string }[];
}

/** A project's trail for quality; the installation's for its admins. */
export function AuditPage() {
  const { slug } = useParams();
  const base = slug ? `/projects/${slug}/audit/` : '/audit/';
  const [report, setReport] = useState<Verification | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setReport(await api.get<Verification>(`${base}verify/`));
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page
      title="Audit trail"
      note="Who did what, when. Rows are chained by hash and can’t be changed or removed unseen."
      {...(slug ? { trail: [{ label: 'Project', to: `/p/${slug}` }] } : {})}
      actions={
        <Button variant="default" loading={busy} onClick={() => void verify()}>
          Verify the chain
        </Button>
      }
    >
      {problem && (
        <Alert color="red" mb="md">
          {problem}
        </Alert>
      )}
      {report && (
        <Alert color={report.ok ? 'green' : 'red'} mb="md" role="status" data-testid="verification">
          {report.ok
            ? `The chain is whole: ${plural(report.events, 'event')}, head ${report.head_hash.slice(0, 16)}.`
            : `The chain is broken: ${report.problems.map((p) => p.message).join(' ')}`}
        </Alert>
      )}
      <List<Event>
        path={base}
        queryKey={['audit', slug ?? '']}
        noun="event"
        searchable={false}
        rowKey={(row) => String(row.seq)}
        empty={<Empty title="Nothing happened yet">Every step in the project leaves a row here.</Empty>}
        columns={[
          { title: '#', numeric: true, width: 64, render: (row) => row.seq },
          { title: 'When', width: 150, render: (row) => when(row.at) },
          { title: 'Who', width: 150, render: (row) => row.actor.display_name },
          { title: 'What', width: 160, render: (row) => <Text size="sm">{row.action}</Text> },
          {
            title: 'On',
            width: 190,
            render: (row) => (
              <>
                {row.target_type} <Code>{row.target_id.slice(0, 8)}</Code>
              </>
            ),
          },
          { title: 'Details', render: (row) => <Text size="xs" c="dimmed">{details(row.details)}</Text> },
          { title: 'Hash', width: 130, render: (row) => <Code>{row.hash.slice(0, 10)}</Code> },
        ]}
      />
    </Page>
  );
}

function details(found: Record<string, unknown>): string {
  return Object.entries(found)
    .map(([name, value]) => `${name}: ${short(value)}`)
    .join(', ');
}

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
