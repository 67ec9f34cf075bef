import { Alert, Badge, Button, Group, Modal, Paper, PasswordInput, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../../api/client';
import type { RemoteArchive } from '../../api/intake';
import { Loaded } from '../../components/Notice';
import { useForm } from '../../components/useForm';

const AUTHS = [
  { value: 'none', label: 'no credentials' },
  { value: 'basic', label: 'user name and password' },
  { value: 'bearer', label: 'bearer token' },
];

/** The DICOMweb archives that the team may pull from. */
export function ArchivesCard({ slug }: { slug: string }) {
  const query = useQuery({ queryKey: ['archives', slug], queryFn: () => api.get<RemoteArchive[]>(`/projects/${slug}/remote-archives/`) });
  const [edited, edit] = useState<RemoteArchive | 'new' | null>(null);
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb={4}>
        Remote archives
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Coordinators and site uploaders search them and pull studies on the import page.
      </Text>
      <Stack gap="xs">
        <Loaded query={query} label="Loading the archives">
          {(rows) =>
            rows.length === 0 ? (
              <Text size="sm" c="dimmed">
                None yet. Add the DICOMweb address of a PACS.
              </Text>
            ) : (
              rows.map((row) => <ArchiveRow key={row.id} slug={slug} archive={row} edit={() => edit(row)} />)
            )
          }
        </Loaded>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => edit('new')}>
            Add an archive
          </Button>
        </Group>
      </Stack>
      <Modal opened={edited !== null} onClose={() => edit(null)} title={edited === 'new' ? 'Add an archive' : 'Change the archive'} centered>
        {edited && <ArchiveForm slug={slug} archive={edited === 'new' ? null : edited} close={() => edit(null)} />}
      </Modal>
    </Paper>
  );
}

function ArchiveRow({ slug, archive, edit }: { slug: string; archive: RemoteArchive; edit: () => void }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ ok: boolean; message: string } | null>(null);
  const path = `/projects/${slug}/remote-archives/${archive.id}/`;
  const test = async () => {
    setBusy(true);
    try {
      setSaid(await api.post<{ ok: boolean; message: string }>(`${path}test/`));
    } catch (error) {
      setSaid({ ok: false, message: messageOf(error) });
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    try {
      await api.delete(path);
      await client.invalidateQueries({ queryKey: ['archives', slug] });
    } catch (error) {
      setSaid({ ok: false, message: messageOf(error) });
    }
  };
  return (
    <Stack gap={2}>
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {archive.name}
            </Text>
            {!archive.secure && (
              <Badge variant="outline" color="orange" radius="sm" tt="none" fw={500}>
                not encrypted
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed" truncate>
            {archive.base_url}, {AUTHS.find((auth) => auth.value === archive.auth)!.label}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          <Button size="compact-sm" variant="light" loading={busy} onClick={() => void test()}>
            Test connection
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={edit}>
            Change
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => void remove()}>
            Remove
          </Button>
        </Group>
      </Group>
      {said && (
        <Text size="xs" role="status" c={said.ok ? 'var(--accord-good)' : 'var(--accord-bad)'}>
          {said.message}
        </Text>
      )}
    </Stack>
  );
}

function ArchiveForm({ slug, archive, close }: { slug: string; archive: RemoteArchive | null; close: () => void }) {
  const client = useQueryClient();
  const base = `/projects/${slug}/remote-archives/`;
  const form = useForm(
    {
      name: archive?.name ?? '',
      base_url: archive?.base_url ?? 'https://',
      auth: archive?.auth ?? 'none',
      username: archive?.username ?? '',
      secret: '',
      ca_file: archive?.ca_file ?? '',
    },
    async (values) => {
      const body = { ...values, secret: values.secret === '' ? null : values.secret };
      await (archive ? api.put(`${base}${archive.id}/`, body) : api.post(base, body));
      await client.invalidateQueries({ queryKey: ['archives', slug] });
      close();
    },
  );
  const { auth } = form.values;
  return (
    <form onSubmit={(event) => void form.submit(event)}>
      <Stack gap="sm">
        {form.problem && <Alert color="red">{form.problem}</Alert>}
        <TextInput label="Name" required maxLength={80} data-autofocus {...form.text('name')} />
        <TextInput label="Address" description="Where DICOMweb begins" required {...form.text('base_url')} />
        {form.values.base_url.startsWith('http:') && (
          <Alert color="orange" p="xs">
            Patients’ names and the password travel unencrypted. Use https where the archive can.
          </Alert>
        )}
        <Select
          label="Credentials"
          allowDeselect={false}
          data={AUTHS}
          value={auth}
          onChange={(value) => form.set('auth', (value ?? 'none') as RemoteArchive['auth'])}
        />
        {auth === 'basic' && <TextInput label="User name" autoComplete="off" {...form.text('username')} />}
        {auth !== 'none' && (
          <PasswordInput
            label={auth === 'basic' ? 'Password' : 'Token'}
            description={archive?.secret_set ? 'One is set. Empty leaves it; another address needs it anew.' : 'Kept encrypted, and never shown again'}
            autoComplete="new-password"
            {...form.text('secret')}
          />
        )}
        <TextInput label="CA file" description="Only for a certificate of the hospital’s own authority: a name in the CA folder" {...form.text('ca_file')} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={form.busy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
