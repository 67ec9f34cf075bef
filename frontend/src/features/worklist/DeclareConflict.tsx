import { Alert, Button, Group, Modal, SegmentedControl, Select, Stack, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { plural } from '../../components/format';
import { useForm } from '../../components/useForm';
import type { StrataPage } from './strata';

type Scope = 'site' | 'case';

/** Keeps one reader from a case, or from all cases of a site. */
export function DeclareConflict({ slug, onClose }: { slug: string; onClose: () => void }) {
  const client = useQueryClient();
  const [scope, setScope] = useState<Scope>('site');
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 250);
  const readers = useQuery({
    queryKey: ['readers', slug],
    queryFn: () => api.get<{ user_id: string; name: string }[]>(`/projects/${slug}/readers/`),
  });
  const found = useQuery({
    queryKey: ['strata', slug, 'to choose', asked],
    queryFn: ({ signal }) => api.get<StrataPage>(`/projects/${slug}/strata/?page_size=30&search=${encodeURIComponent(asked)}`, signal),
    placeholderData: keepPreviousData,
  });
  const form = useForm({ user_id: '', site_id: '', case_id: '', reason: '' }, async ({ user_id, site_id, case_id, reason }) => {
    await api.post(`/projects/${slug}/conflicts/`, { user_id, reason, ...(scope === 'site' ? { site_id } : { case_id }) });
    await client.invalidateQueries();
    onClose();
  });
  const choose = (name: 'user_id' | 'site_id' | 'case_id') => ({
    value: String(form.values[name]) || null,
    error: form.errors[name] ?? null,
    onChange: (value: string | null) => form.set(name, value ?? ''),
    required: true,
    searchable: true,
  });
  const sites = found.data?.sites ?? [];
  const ready = form.values.user_id !== '' && (scope === 'site' ? form.values.site_id : form.values.case_id) !== '';
  return (
    <Modal opened onClose={onClose} title="Declare a conflict of interest" centered>
      <form onSubmit={(event) => void form.submit(event)}>
        <Stack gap="sm">
          {form.problem && <Alert color="red">{form.problem}</Alert>}
          <Select
            label="Reader"
            data={(readers.data ?? []).map((row) => ({ value: row.user_id, label: row.name }))}
            nothingFoundMessage="No such reader in this project"
            data-autofocus
            {...choose('user_id')}
          />
          <SegmentedControl
            aria-label="Kept from"
            value={scope}
            onChange={(value) => setScope(value as Scope)}
            data={[
              { value: 'site', label: 'All cases of a site' },
              { value: 'case', label: 'One case' },
            ]}
          />
          {scope === 'site' ? (
            <Select
              label="Site"
              description="Cases that come from it later are among them."
              data={sites.map((row) => ({ value: row.id, label: `${row.name} (${plural(row.cases, 'case')})` }))}
              {...choose('site_id')}
            />
          ) : (
            <Select
              label="Case"
              data={(found.data?.results ?? []).map((row) => ({ value: row.case_id, label: row.case }))}
              onSearchChange={setSearch}
              filter={({ options }) => options} // the portal searches
              nothingFoundMessage="No case matches"
              {...choose('case_id')}
            />
          )}
          <Textarea
            label="Reason"
            description="Reads that they have stay theirs until you pass them on."
            required
            autosize
            minRows={2}
            maxLength={300}
            {...form.text('reason')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={form.busy} disabled={!ready}>
              Declare
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
