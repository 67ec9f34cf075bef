import { Group, Select, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import type { Dataset, DatasetDetail, DatasetDifference, Page } from '../../api/types';
import { words } from '../../components/format';
import { Loaded } from '../../components/Notice';

/** What changed since another version that the person chooses. */
export function Difference({ slug, dataset }: { slug: string; dataset: DatasetDetail }) {
  const [old, setOld] = useState<string | null>(null);
  const others = useQuery({
    queryKey: ['datasets', slug, 'choices'],
    queryFn: () => api.get<Page<Dataset>>(`/projects/${slug}/datasets/?page_size=200`),
  });
  const choices = (others.data?.results ?? []).filter((row) => row.id !== dataset.id && row.has_manifest);
  const found = useQuery({
    queryKey: ['dataset-difference', dataset.id, old],
    queryFn: () => api.get<DatasetDifference>(`/datasets/${dataset.id}/since/${old}/`),
    enabled: old !== null,
  });
  if (!dataset.has_manifest || choices.length === 0) return null;
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        Compare
      </Title>
      <Group mb="xs">
        <Select
          label="What changed since"
          placeholder="Choose a version"
          clearable
          data={choices.map((row) => ({ value: row.id, label: `${row.name} · version ${row.version}` }))}
          value={old}
          onChange={setOld}
        />
      </Group>
      {old !== null && (
        <Loaded query={found} label="Comparing">
          {(difference) => <Changes difference={difference} />}
        </Loaded>
      )}
    </section>
  );
}

function Changes({ difference }: { difference: DatasetDifference }) {
  if (difference.identical) return <Text size="sm">Nothing: both have the same content hash.</Text>;
  const lists = [
    { title: 'Added', cases: difference.added },
    { title: 'Removed', cases: difference.removed },
    { title: 'Other reference or images', cases: difference.reference_changed },
    { title: 'Other raw reads', cases: difference.reads_changed },
    { title: 'Other split', cases: difference.split_changed.map((row) => `${row.case} (${row.old} to ${row.new})`) },
  ].filter((row) => row.cases.length > 0);
  return (
    <Stack gap={4}>
      {lists.map((row) => (
        <Text key={row.title} size="sm">
          <b>
            {row.title}, {row.cases.length}:
          </b>{' '}
          {row.cases.join(', ')}
        </Text>
      ))}
      {difference.rules.map((row) => (
        <Text key={row.name} size="sm">
          <b>{words(row.name)}:</b> {said(row.old)} → {said(row.new)}
        </Text>
      ))}
    </Stack>
  );
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
