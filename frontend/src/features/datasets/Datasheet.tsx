import { Stack, Text, Title } from '@mantine/core';

import { capital, when, words } from '../../components/format';
import { Rows } from '../../components/list';

interface Row {
  value: string;
  train: number | string;
  validation: number | string;
  test: number | string;
  all: number | string;
}

interface Composition {
  unit: string;
  smallest_cell: number;
  tables: Record<string, Row[]>;
}

const ITEMS: Record<string, string> = { de_identification: 'De-identification', protocols: 'Protocol versions' };
const COLUMNS = ['train', 'validation', 'test', 'all'] as const;

export function Datasheet({ sheet }: { sheet: Record<string, unknown> }) {
  const { composition, ...rest } = sheet;
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        Datasheet
      </Title>
      <Stack gap="lg">
        <Rows
          rows={Object.entries(rest)}
          rowKey={([name]) => name}
          columns={[
            { title: 'Item', width: 220, render: ([name]) => ITEMS[name] ?? capital(words(name)) },
            { title: 'Content', render: ([name, value]) => (name === 'frozen_at' ? when(String(value)) : said(value)) },
          ]}
        />
        {composition ? <Tables composition={composition as Composition} /> : null}
      </Stack>
    </section>
  );
}

function Tables({ composition }: { composition: Composition }) {
  return (
    <>
      <Text size="sm" c="dimmed">
        Counts are {composition.unit}s. One below {composition.smallest_cell} is suppressed, and with it another from which it would follow.
      </Text>
      <Rows
        rows={Object.entries(composition.tables).flatMap(([name, rows]) => rows.map((row, index) => ({ ...row, name, first: index === 0 })))}
        rowKey={(row) => `${row.name} ${row.value}`}
        columns={[
          { title: 'Property', width: 160, render: (row) => (row.first ? capital(words(row.name)) : '') },
          { title: 'Value', render: (row) => words(row.value) },
          ...COLUMNS.map((column) => ({ title: capital(words(column)), numeric: true, width: 120, render: (row: Row) => row[column] })),
        ]}
      />
    </>
  );
}

/** A record as a sentence: lists with commas, names with their values. */
function said(value: unknown): string {
  if (Array.isArray(value)) return value.length ? value.map(said).join(', ') : 'none';
  if (value !== null && typeof value === 'object') {
    const parts = Object.entries(value).map(([name, inner]) => `${words(name)} ${said(inner)}`);
    return parts.length ? parts.join('; ') : 'none';
  }
  return value === null ? 'not recorded' : String(value);
}
