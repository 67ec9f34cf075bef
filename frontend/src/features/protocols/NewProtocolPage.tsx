import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate, useParams } from 'react-router';

import { api } from '../../api/client';
import type { ProtocolDocument, ProtocolVersion } from '../../api/types';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { Builder } from './Builder';

const NONE: ReadonlySet<string> = new Set();

/** A protocol that isn't stored yet: what it began as came along with the address. */
export function NewProtocolPage() {
  const { slug = '' } = useParams();
  const client = useQueryClient();
  const navigate = useNavigate();
  const state = useLocation().state as { document?: ProtocolDocument } | null;
  const trail = [
    { label: 'Project', to: `/p/${slug}` },
    { label: 'Protocols', to: `/p/${slug}/protocols` },
  ];
  if (!state?.document) {
    return (
      <Page title="New protocol" trail={trail}>
        <Empty
          title="Nothing to begin with"
          action={
            <Button component={Link} to={`/p/${slug}/protocols`}>
              To the protocols
            </Button>
          }
        >
          Choose “New from…” on the protocols page.
        </Empty>
      </Page>
    );
  }
  const save = async (document: ProtocolDocument) => {
    const made = await api.post<ProtocolVersion>(`/projects/${slug}/protocols/`, document);
    await client.invalidateQueries({ queryKey: ['protocols', slug] });
    void navigate(`/p/${slug}/protocols/${made.id}`);
  };
  return (
    <Page title="New protocol" trail={trail} note="Nothing is stored before you create it.">
      <Builder slug={slug} protocol={null} start={state.document} frozen={false} version={1} fixed={NONE} save={save} />
    </Page>
  );
}
