import { Alert, Button, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import type { ReferenceBrief, ReferenceVersion } from '../../api/types';
import { plural, when } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { ReferenceCard } from '../../components/ReferenceCard';
import { useForm } from '../../components/useForm';

const KINDS: Record<string, string> = { dataset: 'Dataset ', test_set: 'Test set ' };

interface Props {
  slug: string;
  caseId: string;
  newest: ReferenceBrief;
  mayReopen: boolean;
}

/** What was signed: the newest version, those before it, and opening the case once more. */
export function ReferenceVersions({ slug, caseId, newest, mayReopen }: Props) {
  const [reopening, setReopening] = useState(false);
  const [history, setHistory] = useState(false);
  const query = useQuery({
    queryKey: ['reference-versions', caseId],
    queryFn: () => api.get<ReferenceVersion[]>(`/projects/${slug}/cases/${caseId}/reference/versions/`),
    enabled: history || reopening,
  });
  return (
    <>
      <ReferenceCard reference={newest} />
      <Group gap="xs">
        {(newest.version > 1 || newest.reopened) && (
          <Button size="compact-sm" variant="default" onClick={() => setHistory(true)}>
            All versions
          </Button>
        )}
        {mayReopen && (
          <Button size="compact-sm" variant="default" color="orange" onClick={() => setReopening(true)}>
            Reopen
          </Button>
        )}
      </Group>
      <Modal opened={history} onClose={() => setHistory(false)} title="What was signed" size="lg" centered>
        <Loaded query={query} label="Loading the versions">
          {(versions) => (
            <Stack gap="lg">
              {versions.map((version) => (
                <div key={version.id}>
                  <ReferenceCard reference={version} />
                  <Dependants version={version} />
                </div>
              ))}
            </Stack>
          )}
        </Loaded>
      </Modal>
      <Modal opened={reopening} onClose={() => setReopening(false)} title={`Reopen version ${newest.version}`} centered>
        <Loaded query={query} label="Looking for what was made of it">
          {(versions) => <ReopenForm slug={slug} caseId={caseId} version={versions[0]} onClose={() => setReopening(false)} />}
        </Loaded>
      </Modal>
    </>
  );
}

function ReopenForm({ slug, caseId, version, onClose }: { slug: string; caseId: string; version: ReferenceVersion | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm({ reason: '' }, async (values) => {
    await api.post(`/projects/${slug}/cases/${caseId}/reference/reopen/`, values);
    await client.invalidateQueries();
    onClose();
  });
  return (
    <form onSubmit={(event) => void form.submit(event)}>
      <Stack gap="sm">
        {form.problem && <Alert color="red">{form.problem}</Alert>}
        {version && <Dependants version={version} warn />}
        <Textarea
          label="Reason"
          description="The signed version stays as it is, with this reason. An adjudicator settles the case again and signs the next version."
          required
          data-autofocus
          autosize
          minRows={2}
          maxLength={500}
          {...form.text('reason')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={form.busy}>
            Reopen the case
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What was made of a version. */
function Dependants({ version, warn = false }: { version: ReferenceVersion; warn?: boolean }) {
  if (version.dependants.length === 0)
    return warn ? (
      <Text size="sm" c="dimmed">
        Nothing was made of this version yet.
      </Text>
    ) : null;
  const list = (
    <>
      {plural(version.dependants.length, 'thing')} made of this version, which {warn ? 'will be' : 'are'} marked:
      <List size="sm" mt={4}>
        {version.dependants.map((row) => (
          <List.Item key={`${row.kind}/${row.id}`}>
            {`${KINDS[row.kind] ?? ''}${row.label}`}, {when(row.at)}
          </List.Item>
        ))}
      </List>
    </>
  );
  return warn ? (
    <Alert color="orange">{list}</Alert>
  ) : (
    <Text size="sm" c="dimmed" component="div" mt={6}>
      {list}
    </Text>
  );
}
