import { Alert, Anchor, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconFolderUp } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, type DragEvent, useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';

import { messageOf } from '../../api/client';
import type { ImportBatch } from '../../api/types';
import { number, plural, size, when } from '../../components/format';
import { LeaveDialog, useLeaveGuard } from '../../components/Leave';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';
import { FromArchive } from './FromArchive';
import { filesOf, type Progress as Sending, upload } from './upload';
import classes from './worklist.module.css';

export function ImportsPage() {
  const { slug = '' } = useParams();
  return (
    <Page title="Import" trail={[{ label: 'Project', to: `/p/${slug}` }]}>
      <Stack gap="lg">
        <Drop slug={slug} />
        <FromArchive slug={slug} />
        <section>
          <Title order={2} fz="md" mb="xs">
            Imports so far
          </Title>
          <List<ImportBatch>
            path={`/projects/${slug}/imports/`}
            queryKey={['imports', slug]}
            noun="import"
            searchable={false}
            refetchMs={10_000} // studies come by DIMSE and from archives, too
            rowKey={(row) => row.id}
            empty={<Empty title="Nothing imported yet">Drop a folder above, pull from an archive, or let the scanner send: by DIMSE or by STOW-RS.</Empty>}
            columns={[
              {
                title: 'Import',
                render: (row) => (
                  <Anchor component={Link} to={`/p/${slug}/imports/${row.id}`} size="sm" fw={600}>
                    {row.name || 'unnamed'}
                  </Anchor>
                ),
              },
              { title: 'State', width: 120, render: (row) => <State value={row.state} /> },
              { title: 'Stored', numeric: true, width: 90, render: (row) => number(row.counts.stored) },
              { title: 'Known already', numeric: true, width: 120, render: (row) => number(row.counts.duplicate) },
              { title: 'Set aside', numeric: true, width: 90, render: (row) => number(row.counts.quarantined) },
              { title: 'Started', width: 180, render: (row) => when(row.started_at) },
            ]}
          />
        </section>
      </Stack>
    </Page>
  );
}

function Drop({ slug }: { slug: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const archives = useRef<HTMLInputElement>(null);
  const abort = useRef<AbortController | null>(null);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<Sending | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [sorted, setSorted] = useState<string | null>(null);
  const busy = sending !== null;

  const blocker = useLeaveGuard(busy);
  useEffect(() => () => abort.current?.abort(), []); // who leaves stops sending
  // after the guard's own effect, so that it no longer asks; never once this page is left
  useEffect(() => {
    if (sorted) void navigate(`/p/${slug}/imports/${sorted}`);
  }, [sorted, navigate, slug]);

  const send = async (files: File[]) => {
    setProblem(null);
    if (files.length === 0) {
      setProblem('There is no file in it. Choose the folder that holds the DICOM files.');
      return;
    }
    abort.current = new AbortController();
    try {
      const batch = await upload(slug, files, (now) => setSending({ ...now }), abort.current.signal);
      await client.invalidateQueries();
      setSorted(batch.id);
    } catch (error) {
      const stopped = error instanceof DOMException && error.name === 'AbortError';
      setProblem(stopped ? 'Stopped. What was sent is kept; drop the folder again to send the rest.' : messageOf(error));
      await client.invalidateQueries({ queryKey: ['imports'] });
    } finally {
      setSending(null);
    }
  };
  const onDrop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!busy) await send(await filesOf(event.dataTransfer.items));
  };
  const onChoose = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.currentTarget.files ?? [])];
    event.currentTarget.value = '';
    void send(files);
  };

  return (
    <div
      className={classes.drop!}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void onDrop(event)}
    >
      <IconFolderUp size={34} stroke={1.3} />
      {sending ? (
        <Stack gap={6} w="100%" maw={460} role="status">
          <Text size="sm">
            {sending.message || `${number(sending.sent)} of ${plural(sending.total, 'file')}, ${size(sending.bytes)} sent`}
            {sending.known > 0 && !sending.message && `, ${number(sending.known)} known already`}
          </Text>
          <Progress value={(100 * sending.sent) / Math.max(1, sending.total)} animated aria-label="Files sent" />
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              {sending.problems.length > 0 && `${plural(sending.problems.length, 'file')} not taken: ${sending.problems.at(-1)!.message}`}
            </Text>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => abort.current?.abort()}>
              Stop
            </Button>
          </Group>
        </Stack>
      ) : (
        <>
          <Text fw={600}>Drop folders, DICOM files or archives here</Text>
          <Text size="sm" c="dimmed" maw={560}>
            Any mix of studies; zip, tar and tar.gz are unpacked. Names of files and folders are not sent. What is known already is not sent twice: after a
            break, drop the same folder again.
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={() => input.current?.click()}>
              Choose a folder
            </Button>
            <Button variant="default" onClick={() => archives.current?.click()}>
              Choose files or archives
            </Button>
          </Group>
        </>
      )}
      <input ref={input} type="file" multiple hidden data-testid="folder" onChange={onChoose} {...{ webkitdirectory: '' }} />
      <input ref={archives} type="file" multiple hidden data-testid="archives" onChange={onChoose} />
      {problem && (
        <Alert color="red" role="alert" p="xs" maw={520}>
          {problem}
        </Alert>
      )}
      <LeaveDialog blocker={blocker} title="Stop sending?">
        The files are still being sent. What was sent is kept; drop the folder again to send the rest.
      </LeaveDialog>
    </div>
  );
}
