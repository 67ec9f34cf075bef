import { Alert, Badge, Button, Checkbox, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconServerBolt } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { api, messageOf } from '../../api/client';
import type { RemoteArchive, RemoteStudy } from '../../api/intake';
import { useMay } from '../../api/queries';
import { dicomDate, number, plural } from '../../components/format';
import { Rows } from '../../components/list';
import { useForm } from '../../components/useForm';

const NOTHING = { patient_name: '', patient_id: '', accession: '', date_from: '', date_to: '', mr_only: true };
type Query = typeof NOTHING;
interface Found {
  studies: RemoteStudy[];
  more: boolean;
}

/** `2024-05-01` as DICOM writes it. */
const asDicom = (date: string): string => date.replaceAll('-', '');

export function FromArchive({ slug }: { slug: string }) {
  const may = useMay(slug);
  const archives = useQuery({
    queryKey: ['archives', slug],
    queryFn: () => api.get<RemoteArchive[]>(`/projects/${slug}/remote-archives/`),
    enabled: may('import'),
  });
  const [chosen, choose] = useState<string | null>(null);
  const archive = archives.data?.find((row) => row.id === chosen) ?? archives.data?.[0];
  if (!archives.data) return null;
  return (
    <Paper withBorder p="md" component="section">
      <Group gap="xs" mb="sm">
        <IconServerBolt size={20} stroke={1.4} />
        <Title order={2} fz="md">
          From an archive
        </Title>
        {archives.data.length > 1 && (
          <Select
            aria-label="Archive"
            size="xs"
            allowDeselect={false}
            data={archives.data.map((row) => ({ value: row.id, label: row.name }))}
            value={archive?.id ?? null}
            onChange={choose}
          />
        )}
        {archive && archives.data.length === 1 && <Text size="sm">{archive.name}</Text>}
        {archive && !archive.secure && (
          <Badge variant="outline" color="orange" radius="sm" tt="none" fw={500}>
            not encrypted
          </Badge>
        )}
      </Group>
      {archive ? (
        <Search key={archive.id} slug={slug} archive={archive} />
      ) : (
        <Text size="sm" c="dimmed">
          No archive is set up.{' '}
          {may('edit_settings') ? <Link to={`/p/${slug}/settings`}>Add one in the settings.</Link> : 'The project owner adds one in the settings.'}
        </Text>
      )}
    </Paper>
  );
}

function Search({ slug, archive }: { slug: string; archive: RemoteArchive }) {
  const base = `/projects/${slug}/remote-archives/${archive.id}`;
  const [found, setFound] = useState<(Found & { query: Query }) | null>(null);
  const [more, setMore] = useState<string | boolean>(false); // loading, or why it failed
  const ask = (query: Query, offset: number) =>
    api.post<Found>(`${base}/search/`, { ...query, date_from: asDicom(query.date_from), date_to: asDicom(query.date_to), offset });
  const form = useForm(NOTHING, async (query) => {
    setFound({ ...(await ask(query, 0)), query });
  });
  const next = async () => {
    if (!found) return;
    setMore(true);
    try {
      const page = await ask(found.query, found.studies.length);
      setFound({ ...found, more: page.more, studies: [...found.studies, ...page.studies] });
      setMore(false);
    } catch (error) {
      setMore(messageOf(error));
    }
  };
  return (
    <Stack gap="sm">
      <form onSubmit={(event) => void form.submit(event)}>
        <Group align="flex-end" gap="sm">
          <TextInput label="Patient name" placeholder="Family name" w={170} autoComplete="off" {...form.text('patient_name')} />
          <TextInput label="Patient ID" w={140} autoComplete="off" {...form.text('patient_id')} />
          <TextInput label="Accession" w={130} autoComplete="off" {...form.text('accession')} />
          <TextInput label="From" type="date" w={150} {...form.text('date_from')} />
          <TextInput label="To" type="date" w={150} {...form.text('date_to')} />
          <Checkbox label="MR only" mb={9} checked={form.values.mr_only} onChange={(e) => form.set('mr_only', e.currentTarget.checked)} />
          <Button type="submit" variant="default" loading={form.busy}>
            Search
          </Button>
        </Group>
      </form>
      {form.problem && (
        <Alert color="red" role="alert" p="xs">
          {form.problem}
        </Alert>
      )}
      {found && <Results base={base} slug={slug} found={found} more={more} next={() => void next()} />}
    </Stack>
  );
}

function Results({ base, slug, found, more, next }: { base: string; slug: string; found: Found; more: string | boolean; next: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (found.studies.length === 0)
    return (
      <Text size="sm" c="dimmed" role="status">
        The archive has no such study. Change the search; a name may hold *.
      </Text>
    );
  const wanted = found.studies.filter((study) => ticked.has(study.study_uid));
  const toggle = (uid: string, on: boolean) => {
    const now = new Set(ticked);
    if (on) now.add(uid);
    else now.delete(uid);
    setTicked(now);
  };
  const pull = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const asked = await api.post<{ import_id: string }>(`${base}/pull/`, { study_uids: wanted.map((study) => study.study_uid) });
      await client.invalidateQueries({ queryKey: ['imports', slug] });
      void navigate(`/p/${slug}/imports/${asked.import_id}`);
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Stack gap="xs">
      <Rows
        rows={found.studies}
        rowKey={(row) => row.study_uid}
        selected={ticked}
        columns={[
          {
            title: '',
            width: 36,
            render: (row) => (
              <Checkbox
                size="xs"
                aria-label={`Pull the study of ${row.patient_name || row.patient_id} of ${dicomDate(row.study_date)}`}
                checked={ticked.has(row.study_uid)}
                onChange={(event) => toggle(row.study_uid, event.currentTarget.checked)}
              />
            ),
          },
          {
            title: 'Patient',
            render: (row) => (
              <>
                <Text size="sm" fw={600}>
                  {row.patient_name || '–'}
                </Text>
                <Text size="xs" c="dimmed">
                  {row.patient_id}
                </Text>
              </>
            ),
          },
          { title: 'Date', width: 110, render: (row) => dicomDate(row.study_date) },
          {
            title: 'Study',
            render: (row) => (
              <Group gap={6}>
                {row.description || '–'}
                {row.here && (
                  <Badge variant="light" color="green" radius="sm" tt="none" fw={500}>
                    here
                  </Badge>
                )}
              </Group>
            ),
          },
          { title: 'Accession', width: 130, render: (row) => row.accession || '–' },
          { title: 'Kinds', width: 90, render: (row) => row.modalities.join(', ') || '–' },
          { title: 'Files', numeric: true, width: 80, render: (row) => number(row.n_instances) },
        ]}
      />
      <Group justify="space-between">
        <Group gap="sm">
          <Text size="sm" c="dimmed" aria-live="polite">
            {plural(found.studies.length, 'study')}
            {found.more && ', and more'}
          </Text>
          {found.more && (
            <Button size="compact-sm" variant="subtle" loading={more === true} onClick={next}>
              Show more
            </Button>
          )}
          {typeof more === 'string' && (
            <Text size="sm" c="var(--accord-bad)" role="alert">
              {more}
            </Text>
          )}
        </Group>
        <Button disabled={wanted.length === 0} loading={busy} onClick={() => void pull()}>
          {wanted.length === 0 ? 'Tick what to pull' : `Pull ${plural(wanted.length, 'study')}`}
        </Button>
      </Group>
      {problem && (
        <Alert color="red" role="alert" p="xs">
          {problem}
        </Alert>
      )}
    </Stack>
  );
}
