import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import type { ImportItem, QuarantinedFile } from '../../api/types';
import { number, size, when } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';

const BURNED_IN = 'burned_in_suspected';

/** Refused files, sealed: the data steward looks, tries again, or lets them go. */
export function QuarantinePage() {
  const { slug = '' } = useParams();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: ['quarantine', slug] });
  const retry = async (row: QuarantinedFile, release = false) => {
    try {
      const item = await api.post<ImportItem>(`/projects/${slug}/quarantine/${row.id}/retry/`, { release });
      const stored = item.outcome !== 'quarantined';
      notifications.show({ color: stored ? 'teal' : 'orange', message: stored ? `File ${row.sequence + 1} is stored.` : item.message });
    } catch (error) {
      notifications.show({ color: 'red', message: messageOf(error) });
    }
    await refresh();
  };
  const letGo = async (row: QuarantinedFile) => {
    await api.delete(`/projects/${slug}/quarantine/${row.id}/`);
    await refresh();
  };
  return (
    <Page
      title="Quarantine"
      trail={[{ label: 'Project', to: `/p/${slug}` }]}
      note="Files that could not be stored, as they were sent: they may hold a patient’s name. Every opening is on record."
    >
      <List<QuarantinedFile>
        path={`/projects/${slug}/quarantine/`}
        queryKey={['quarantine', slug]}
        noun="file"
        searchable={false}
        rowKey={(row) => row.id}
        empty={<Empty title="Nothing is set aside">Files that can’t be stored are kept here for a time, so that nothing is lost.</Empty>}
        columns={[
          { title: 'Import', width: 110, render: (row) => row.import_name || 'unnamed' },
          { title: 'File', numeric: true, width: 70, render: (row) => number(row.sequence + 1) },
          { title: 'Size', numeric: true, width: 90, render: (row) => size(row.size) },
          { title: 'Why, and what to do', render: (row) => row.message },
          { title: 'Received', width: 160, render: (row) => when(row.received_at) },
          { title: 'Kept until', width: 160, render: (row) => when(row.expires_at) },
          {
            title: 'Action',
            width: 1, // as wide as its buttons
            render: (row) => (
              <Group gap={4} wrap="nowrap">
                <Button size="compact-xs" variant="default" aria-label={`Try again: file ${row.sequence + 1}`} onClick={() => void retry(row)}>
                  Try again
                </Button>
                {row.code === BURNED_IN && (
                  <Button size="compact-xs" variant="default" aria-label={`Release file ${row.sequence + 1}`} onClick={() => setAsked({ row, what: 'release' })}>
                    Release…
                  </Button>
                )}
                <Button
                  size="compact-xs"
                  variant="subtle"
                  component="a"
                  aria-label={`Download file ${row.sequence + 1}`}
                  href={`/api/v1/projects/${slug}/quarantine/${row.id}/file/`}
                >
                  Download
                </Button>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  aria-label={`Delete file ${row.sequence + 1}`}
                  onClick={() => setAsked({ row, what: 'letGo' })}
                >
                  Delete…
                </Button>
              </Group>
            ),
          },
        ]}
      />
      <Confirm
        asked={asked}
        close={() => setAsked(null)}
        go={async ({ row, what }) => (what === 'letGo' ? letGo(row) : retry(row, true))}
      />
    </Page>
  );
}

interface Asked {
  row: QuarantinedFile;
  what: 'release' | 'letGo';
}

const WORDS = {
  release: {
    title: 'Release this file?',
    text: 'Say so only if you have looked at the image and found no name, date or number of a patient in it. It is then cleaned and stored like any other.',
    button: 'I looked: release it',
  },
  letGo: { title: 'Delete this file?', text: 'It is deleted now, before its time. The import’s report keeps why it was set aside.', button: 'Delete it' },
};

function Confirm({ asked, close, go }: { asked: Asked | null; close: () => void; go: (asked: Asked) => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const words = WORDS[asked?.what ?? 'letGo'];
  const act = async () => {
    if (!asked) return;
    setBusy(true);
    try {
      await go(asked);
      close();
    } catch (error) {
      notifications.show({ color: 'red', message: messageOf(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={asked !== null} onClose={close} title={words.title} centered>
      <Stack>
        <Text size="sm">{words.text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button {...(asked?.what === 'letGo' && { color: 'red' })} loading={busy} onClick={() => void act()}>
            {words.button}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
