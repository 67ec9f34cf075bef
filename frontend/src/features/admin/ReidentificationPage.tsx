import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import type { OpenedIdentity, Page as Rows, Pseudonym } from '../../api/types';
import { dicomDate, number, when } from '../../components/format';
import { Rows as Table } from '../../components/list';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';

const PAGE_SIZE = 25;

/** Who a pseudonym is. Opened by the password, for as long as the page is shown. */
export function ReidentificationPage() {
  const { slug = '' } = useParams();
  const [opened, setOpened] = useState<Rows<OpenedIdentity> | null>(null);
  const sealed = useQuery({
    queryKey: ['reidentification', slug],
    queryFn: () => api.get<Rows<Pseudonym>>(`/projects/${slug}/reidentification/?page_size=${PAGE_SIZE}`),
  });
  return (
    <Page
      width={980}
      title="Re-identification list"
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      note="Who stands behind a pseudonym. Every opening is written into the audit trail under your name."
    >
      <Loaded query={sealed} label="Loading the list">
        {(rows) =>
          rows.count === 0 ? (
            <Empty title="No pseudonyms yet">Entries are made when a project that de-identifies imports a study. A project that stores files as they are sent keeps no list.</Empty>
          ) : (
            <Stack gap="md">
              <OpenForm slug={slug} onOpened={setOpened} />
              {opened ? <Opened rows={opened} close={() => setOpened(null)} /> : <Sealed rows={rows} />}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function OpenForm({ slug, onOpened }: { slug: string; onOpened: (rows: Rows<OpenedIdentity>) => void }) {
  const [search, setSearch] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const open = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      // in the body: an address would be logged
      onOpened(await api.post<Rows<OpenedIdentity>>(`/projects/${slug}/reidentification/open/`, { password, search, page_size: 100 }));
      setPassword('');
    } catch (reason) {
      setProblem(messageOf(reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Paper withBorder p="md" component="section">
      <form onSubmit={(event) => void open(event)} autoComplete="off">
        {problem && (
          <Alert color="red" mb="sm" role="alert">
            {problem}
          </Alert>
        )}
        <Group align="flex-end">
          <TextInput
            label="Pseudonym, subject, patient ID or name"
            description="Empty: the first hundred"
            flex={1}
            miw={260}
            autoComplete="off"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <PasswordInput
            label="Your password"
            w={220}
            required
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={busy} disabled={password === ''}>
            Open
          </Button>
        </Group>
      </form>
    </Paper>
  );
}

function Sealed({ rows }: { rows: Rows<Pseudonym> }) {
  return (
    <>
      <Table<Pseudonym>
        rows={rows.results}
        rowKey={(row) => row.subject_id}
        columns={[
          { title: 'Subject', width: 120, render: (row) => row.subject },
          { title: 'Pseudonym in the files', render: (row) => <Mono>{row.pseudonym}</Mono> },
          { title: 'Studies', numeric: true, width: 90, render: (row) => number(row.n_studies) },
          { title: 'Since', width: 170, render: (row) => when(row.kept_at) },
        ]}
      />
      {rows.count > rows.results.length && (
        <Text size="xs" c="dimmed">
          {number(rows.results.length)} of {number(rows.count)}. Search to find others.
        </Text>
      )}
    </>
  );
}

function Opened({ rows, close }: { rows: Rows<OpenedIdentity>; close: () => void }) {
  return (
    <>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {rows.count === 0 ? 'No entry fits.' : `${number(rows.results.length)} of ${number(rows.count)} opened.`}
        </Text>
        <Button variant="default" size="xs" onClick={close}>
          Close the list
        </Button>
      </Group>
      {rows.results.length > 0 && (
        <Table<OpenedIdentity>
          rows={rows.results}
          rowKey={(row) => row.subject_id}
          columns={[
            { title: 'Subject', width: 90, render: (row) => row.subject },
            { title: 'Pseudonym', width: 170, render: (row) => <Mono>{row.pseudonym}</Mono> },
            { title: 'Name', render: (row) => row.patient_name.replaceAll('^', ' ') || '–' },
            {
              title: 'Patient ID',
              render: (row) => (
                <>
                  {row.patient_id || '–'}
                  {row.issuer_of_patient_id && ` (${row.issuer_of_patient_id})`}
                </>
              ),
            },
            { title: 'Born', width: 100, render: (row) => dicomDate(row.birth_date) },
            {
              title: 'Studies as sent',
              render: (row) =>
                row.studies.map((study) => (
                  <div key={study.study_uid}>
                    {study.study}: {dicomDate(study.study_date)}
                    {study.accession_number && `, accession ${study.accession_number}`}
                  </div>
                )),
            },
          ]}
        />
      )}
    </>
  );
}

const Mono = ({ children }: { children: string }) => (
  <Text span size="sm" ff="monospace">
    {children}
  </Text>
);
