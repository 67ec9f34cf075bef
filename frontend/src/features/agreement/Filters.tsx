import { Button, Group, MultiSelect, Select } from '@mantine/core';

import type { Choice, Statistics } from '../../api/agreement';
import { useAsked } from './asking';

const options = (choices: Choice[]) => choices.map((c) => ({ value: c.value, label: c.title }));

export function Filters({ found }: { found: Statistics }) {
  const { params, put, clear, filters } = useAsked();
  const { choices } = found;
  const narrow: [string, string, Choice[]][] = [
    ['site', 'Site', choices.sites],
    ['vendor', 'Vendor', choices.vendors],
    ['disease', 'Disease', choices.diseases],
  ];
  return (
    <Group gap="sm" mb="md" role="group" aria-label="Filters">
      <Select
        aria-label="Comparison"
        data={choices.comparisons.map((c) => ({ value: c.value, label: `${c.title} (${c.n_pairs})` }))}
        value={found.comparison}
        onChange={(value) => put('comparison', [value ?? ''])}
        allowDeselect={false}
        w={220}
      />
      {choices.protocols.length > 1 && (
        <Select
          aria-label="Protocol"
          data={options(choices.protocols)}
          value={found.protocol}
          onChange={(value) => put('protocol', [value ?? ''])}
          allowDeselect={false}
          w={200}
        />
      )}
      {narrow.map(([name, label, rows]) => (
        <Select
          key={name}
          aria-label={label}
          placeholder={label}
          data={options(rows)}
          value={params.get(name)}
          onChange={(value) => put(name, [value ?? ''])}
          clearable
          w={150}
        />
      ))}
      <MultiSelect
        aria-label="Readers"
        placeholder={params.has('reader') ? '' : 'Readers'}
        data={options(choices.readers)}
        value={params.getAll('reader')}
        onChange={(values) => put('reader', values)}
        clearable
        miw={180}
        maw={360}
      />
      {[...filters.keys()].some((name) => name !== 'comparison') && (
        <Button variant="subtle" size="compact-sm" onClick={clear}>
          Clear filters
        </Button>
      )}
    </Group>
  );
}
