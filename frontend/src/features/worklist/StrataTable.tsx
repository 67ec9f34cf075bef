import { Anchor, Badge, Button, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';

import { api, messageOf } from '../../api/client';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { DISEASE_MAX, type StrataPage, type StratumRow } from './strata';

const DISEASES = 'diseases-known'; // the id of the list that fields choose from

/** Cases with their strata; the disease is written in place. */
export function StrataTable({ slug }: { slug: string }) {
  const known = useQuery({
    queryKey: ['strata', slug, 'choices'],
    queryFn: ({ signal }) => api.get<StrataPage>(`/projects/${slug}/strata/?page_size=1`, signal),
  });
  return (
    <>
      <datalist id={DISEASES}>
        {known.data?.diseases.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <List<StratumRow>
        path={`/projects/${slug}/strata/`}
        queryKey={['strata', slug]}
        noun="case"
        rowKey={(row) => row.case_id}
        filters={[
          {
            name: 'disease',
            label: 'Disease',
            options: [
              { value: 'known', label: 'known' },
              { value: 'unknown', label: 'unknown' },
            ],
          },
        ]}
        empty={
          <Empty
            title="No cases yet"
            action={
              <Button component={Link} to={`/p/${slug}/imports`}>
                Import studies
              </Button>
            }
          >
            Every imported study becomes a case; its strata are stated here.
          </Empty>
        }
        columns={[
          {
            title: 'Case',
            width: 150,
            render: (row) => (
              <Anchor component={Link} to={`/p/${slug}/cases/${row.case_id}`} fw={600} size="sm">
                {row.case}
              </Anchor>
            ),
          },
          { title: 'Site', width: 150, render: (row) => row.site || '–' },
          { title: 'Vendor', width: 130, render: (row) => row.vendor || 'not said' },
          { title: 'Disease', width: 260, render: (row) => <Disease slug={slug} row={row} /> },
          { title: 'Kept from it', render: (row) => <KeptFrom names={row.kept_from} /> },
        ]}
      />
    </>
  );
}

function KeptFrom({ names }: { names: string[] }) {
  if (names.length === 0) return <>–</>;
  return (
    <>
      {names.map((name) => (
        <Badge key={name} variant="light" color="orange" radius="sm" tt="none" fw={500} mr={4}>
          {name}
        </Badge>
      ))}
    </>
  );
}

/** One case's disease: saved on Enter or when left, taken back by Escape. */
function Disease({ slug, row }: { slug: string; row: StratumRow }) {
  const client = useQueryClient();
  const [text, setText] = useState(row.disease);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);
  useEffect(() => setText(row.disease), [row.disease]);
  const save = async () => {
    const disease = text.trim();
    if (disease === row.disease || sending.current) return;
    sending.current = true; // Enter saves, and leaving the field right after it must not save again
    setBusy(true);
    setProblem(null);
    try {
      const done = await api.put<{ unknown: string[] }>(`/projects/${slug}/strata/`, { rows: [{ case: row.case, disease }] });
      if (done.unknown.length) setProblem('There is no such case any more.');
      await client.invalidateQueries({ queryKey: ['strata', slug] });
    } catch (error) {
      setProblem(messageOf(error)); // what was written stays in the field
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  const keyed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') {
      setText(row.disease);
      setProblem(null);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const field = event.currentTarget;
      void save();
      nextField(field, event.shiftKey ? -1 : 1)?.focus();
    }
  };
  return (
    <>
      <TextInput
        size="xs"
        aria-label={`Disease of ${row.case}`}
        placeholder="unknown"
        list={DISEASES}
        data-disease
        maxLength={DISEASE_MAX}
        value={text}
        error={problem !== null}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={keyed}
        onBlur={() => void save()}
        rightSection={busy ? '…' : null}
      />
      {problem && (
        <Text size="xs" c="var(--accord-bad)" role="alert">
          {problem}
        </Text>
      )}
    </>
  );
}

function nextField(field: HTMLInputElement, step: number): HTMLInputElement | undefined {
  const all = [...(field.closest('table')?.querySelectorAll<HTMLInputElement>('input[data-disease]') ?? [])];
  return all[all.indexOf(field) + step];
}
