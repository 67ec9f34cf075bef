import { Anchor, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { api, messageOf } from '../../api/client';
import { ago, plural } from '../../components/format';
import { Rows } from '../../components/list';
import { Loaded } from '../../components/Notice';
import { Block } from './Block';
import { DeclareConflict } from './DeclareConflict';
import type { ConflictRow } from './strata';

/** Who must not read what. */
export function ConflictsBlock({ slug }: { slug: string }) {
  const [declaring, setDeclaring] = useState(false);
  const query = useQuery({
    queryKey: ['conflicts', slug],
    queryFn: ({ signal }) => api.get<ConflictRow[]>(`/projects/${slug}/conflicts/`, signal),
  });
  return (
    <Block
      title="Conflicts of interest"
      action={
        <Button size="compact-sm" variant="default" onClick={() => setDeclaring(true)}>
          Declare
        </Button>
      }
    >
      <Loaded query={query} label="Loading conflicts of interest">
        {(rows) =>
          rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              None is declared. Declare one where a reader works at a site, knows a patient or treated them: they get no read of it from then on. Readers declare
              their own on a read.
            </Text>
          ) : (
            <Declared slug={slug} rows={rows} />
          )
        }
      </Loaded>
      {declaring && <DeclareConflict slug={slug} onClose={() => setDeclaring(false)} />}
    </Block>
  );
}

function Declared({ slug, rows }: { slug: string; rows: ConflictRow[] }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const end = async (row: ConflictRow) => {
    setBusy(row.id);
    try {
      await api.delete(`/projects/${slug}/conflicts/${row.id}/`);
      notifications.show({ message: `${row.name} may be given ${row.site ? `cases of ${row.site}` : row.case} again. The declaration stays on record.` });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    } finally {
      setBusy(null);
      await client.invalidateQueries();
    }
  };
  const open = rows.reduce((sum, row) => sum + row.open_reads, 0);
  return (
    <>
      {open > 0 && (
        <Text size="sm" c="var(--accord-bad)" mb="xs" role="status">
          {plural(open, 'open read')} {open === 1 ? 'was' : 'were'} given before the conflict was declared. Pass {open === 1 ? 'it' : 'them'} on, on the page of the case.
        </Text>
      )}
      <Rows<ConflictRow>
        minWidth={760}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          { title: 'Reader', width: 190, render: (row) => row.name },
          { title: 'Kept from', width: 200, render: (row) => <Scope slug={slug} row={row} /> },
          { title: 'Reason', render: (row) => row.reason },
          { title: 'Open reads', width: 100, numeric: true, render: (row) => (row.open_reads ? String(row.open_reads) : '–') },
          {
            title: 'Declared',
            width: 170,
            render: (row) => (
              <Text size="sm" title={row.declared_by}>
                {row.declared_by === row.name ? 'by themselves' : `by ${row.declared_by}`}, {ago(row.declared_at)}
              </Text>
            ),
          },
          {
            title: 'Change',
            width: 90,
            render: (row) => (
              <Button size="compact-xs" variant="default" loading={busy === row.id} aria-label={`End the conflict of ${row.name} with ${row.site ?? row.case}`} onClick={() => void end(row)}>
                End
              </Button>
            ),
          },
        ]}
      />
    </>
  );
}

function Scope({ slug, row }: { slug: string; row: ConflictRow }) {
  if (row.case_id === null) return <>all cases of {row.site}</>;
  return (
    <Group gap={4}>
      <Anchor component={Link} to={`/p/${slug}/cases/${row.case_id}`} size="sm">
        {row.case}
      </Anchor>
    </Group>
  );
}
