import { Alert, Button, Group, Paper, PasswordInput, Stack, Table, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import type { OpenedIdentity, Page as Rows, Pseudonym } from '../../api/types';
import { dicomDate, number, when } from '../../components/format';
import { Loaded } from '../../components/Notice';
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
      title="Re-identification list"
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      note="Who stands behind a pseudonym. Every opening is written into the audit trail under your name."
    >
      <Loaded query={sealed} label="Loading the list">
        {(rows) =>
          rows.count === 0 ? (
            <Text size="sm">Nothing here yet. Entries are made when a project that de-identifies imports a study.</Text>
          ) : (
            <Stack gap="md" maw={980}>
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
      <Table fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Subject</Table.Th>
            <Table.Th>Pseudonym in the files</Table.Th>
            <Table.Th ta="right">Studies</Table.Th>
            <Table.Th>Since</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.results.map((row) => (
            <Table.Tr key={row.subject_id}>
              <Table.Td>{row.subject}</Table.Td>
              <Table.Td ff="monospace">{row.pseudonym}</Table.Td>
              <Table.Td ta="right">{number(row.n_studies)}</Table.Td>
              <Table.Td>{when(row.kept_at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
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
        <Text size="sm">{rows.count === 0 ? 'No entry fits.' : `${number(rows.results.length)} of ${number(rows.count)} opened.`}</Text>
        <Button variant="default" size="xs" onClick={close}>
          Close the list
        </Button>
      </Group>
      {rows.results.length > 0 && (
        <Table fz="sm" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Subject</Table.Th>
              <Table.Th>Pseudonym</Table.Th>
              <Table.Th>Name</Table.Th>
              <Table.Th>Patient ID</Table.Th>
              <Table.Th>Born</Table.Th>
              <Table.Th>Studies as sent</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.results.map((row) => (
              <Table.Tr key={row.subject_id}>
                <Table.Td>{row.subject}</Table.Td>
                <Table.Td ff="monospace">{row.pseudonym}</Table.Td>
                <Table.Td>{row.patient_name.replaceAll('^', ' ') || '–'}</Table.Td>
                <Table.Td>
                  {row.patient_id || '–'}
                  {row.issuer_of_patient_id && ` (${row.issuer_of_patient_id})`}
                </Table.Td>
                <Table.Td>{dicomDate(row.birth_date)}</Table.Td>
                <Table.Td>
                  {row.studies.map((study) => (
                    <div key={study.study_uid}>
                      {study.study}: {dicomDate(study.study_date)}
                      {study.accession_number && `, accession ${study.accession_number}`}
                    </div>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}
