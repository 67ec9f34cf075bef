/** Server-paged lists whose search, filters and page stand in the URL. */
import { Box, Group, Pagination, Select, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'react-router';

import { api } from '../api/client';
import type { Page } from '../api/types';
import { capital, many, plural } from './format';
import classes from './list.module.css';
import { Busy, ErrorNote } from './Notice';

export interface Column<T> {
  title: string;
  render: (row: T) => ReactNode;
  width?: number | string;
  numeric?: boolean;
}

export interface Filter {
  name: string;
  label: string;
  options: { value: string; label: string }[];
}

interface Props<T> {
  path: string;
  queryKey: readonly unknown[];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  noun: string;
  empty: ReactNode;
  filters?: Filter[];
  searchable?: boolean;
  selected?: ReadonlySet<string>;
  bar?: (rows: T[]) => ReactNode;
  refetchMs?: number;
  /** Where its page stands in the URL: another name for each list of one screen. */
  pageParam?: string;
}

const PAGE_SIZE = 50;

export function List<T>(props: Props<T>) {
  const { path, queryKey, columns, rowKey, noun, empty, filters = [], searchable = true, selected, bar, refetchMs, pageParam = 'page' } = props;
  const [params, setParams] = useSearchParams();
  const asked = new URLSearchParams({ page: params.get(pageParam) ?? '1', page_size: String(PAGE_SIZE) });
  for (const name of ['search', ...filters.map((f) => f.name)]) {
    const value = params.get(name);
    if (value) asked.set(name, value);
  }
  const query = useQuery({
    queryKey: [...queryKey, asked.toString()],
    queryFn: ({ signal }) => api.get<Page<T>>(`${path}?${asked}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs ?? false,
  });
  const put = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        if (name !== pageParam) next.delete(pageParam);
        return next;
      },
      { replace: true },
    );
  const [text, setText] = useState(params.get('search') ?? '');
  const search = useDebouncedCallback((value: string) => put('search', value), 250);
  const data = query.data;
  const narrowed = params.has('search') || filters.some((f) => params.has(f.name));
  if (data?.count === 0 && !narrowed) return <>{empty}</>;
  return (
    <Box>
      <Group mb="sm" gap="sm">
        {searchable && (
          <TextInput
            aria-label={`Search ${many(noun)}`}
            placeholder="Search"
            leftSection={<IconSearch size={16} />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              search(event.currentTarget.value);
            }}
            w={240}
          />
        )}
        {filters.map((filter) => (
          <Select
            key={filter.name}
            aria-label={filter.label}
            placeholder={filter.label}
            data={filter.options}
            value={params.get(filter.name)}
            onChange={(value) => put(filter.name, value ?? '')}
            clearable
            w={180}
          />
        ))}
        {data && (
          <Text size="sm" c="dimmed" aria-live="polite">
            {plural(data.count, noun)}
          </Text>
        )}
        <Box style={{ flex: 1 }} />
        {data && bar?.(data.results)}
      </Group>
      {query.error !== null && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {!data && !query.error && <Busy label={`Loading ${many(noun)}`} />}
      {data && data.results.length > 0 && (
        <Rows columns={columns} rows={data.results} rowKey={rowKey} {...(selected ? { selected } : {})} />
      )}
      {data && data.results.length === 0 && (
        <Text c="dimmed" size="sm" py="xl" ta="center">
          No {noun} matches. Change the search or the filters.
        </Text>
      )}
      {data && data.count > PAGE_SIZE && (
        <Pagination
          mt="md"
          size="sm"
          total={Math.ceil(data.count / PAGE_SIZE)}
          value={data.page}
          onChange={(page) => put(pageParam, page === 1 ? '' : String(page))}
          getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
          getControlProps={(control) => ({ 'aria-label': `${capital(control)} page` })}
        />
      )}
    </Box>
  );
}

const SHORT_PX = 180; // columns up to this hold one line: a time, a state, a hash

/** A dense table under a sticky head. */
export function Rows<T>({
  columns,
  rows,
  rowKey,
  selected,
  minWidth = 640,
}: {
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  selected?: ReadonlySet<string>;
  /** Below it the table scrolls sideways. */
  minWidth?: number;
}) {
  return (
    <Table.ScrollContainer minWidth={minWidth} className={classes.frame!} scrollAreaProps={{ offsetScrollbars: 'present', viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={7} horizontalSpacing="md" highlightOnHover className={classes.table!}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.title} w={column.width} ta={column.numeric ? 'right' : 'left'}>
                {column.title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)} data-selected={selected?.has(rowKey(row)) || undefined}>
              {columns.map((column) => (
                <Table.Td
                  key={column.title}
                  ta={column.numeric ? 'right' : 'left'}
                  className={classes.cell!}
                  data-short={(typeof column.width === 'number' && column.width <= SHORT_PX) || undefined}
                >
                  {column.render(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
