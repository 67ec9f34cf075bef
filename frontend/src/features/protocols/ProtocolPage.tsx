import { Alert, Anchor, Badge, Button, Group, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { useMay } from '../../api/queries';
import type { Change, Mapping, ProtocolDocument, ProtocolVersion } from '../../api/types';
import { when } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { Builder } from './Builder';
import { Changes } from './Changes';
import { documentOf } from './draft';
import { saveProtocol } from './files';
import { ProtocolForm } from './ProtocolForm';

/** One protocol: its newest version to change, any version to look at and compare. */
export function ProtocolPage() {
  const { slug = '', id = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const may = useMay(slug);
  const wanted = search.get('version');
  const path = `/projects/${slug}/protocols/${id}/`;
  const query = useQuery({
    queryKey: ['protocol', slug, id, wanted],
    queryFn: () => api.get<ProtocolVersion>(wanted ? `${path}versions/${encodeURIComponent(wanted)}/` : path),
    refetchOnWindowFocus: false, // the page may be full of changes
  });
  const show = (version: string | null) => setSearch(version ? { version } : {});
  return (
    <Loaded query={query} label="Loading the protocol">
      {(version) => (
        <Page
          title={version.name}
          trail={[
            { label: 'Project', to: `/p/${slug}` },
            { label: 'Protocols', to: `/p/${slug}/protocols` },
          ]}
          note={<Standing version={version} />}
          actions={<Actions slug={slug} version={version} onShow={show} />}
        >
          {wanted || !may('edit_protocol') ? (
            <ReadOnly key={version.version} slug={slug} version={version} newest={!wanted} />
          ) : (
            <Newest key={version.digest} slug={slug} version={version} reload={() => void query.refetch()} />
          )}
        </Page>
      )}
    </Loaded>
  );
}

function Standing({ version }: { version: ProtocolVersion }) {
  return (
    <Group gap="xs">
      <span>
        Version {version.version}, {when(version.created_at)}
      </span>
      {version.in_use && (
        <Badge color="teal" variant="light" radius="sm" tt="none">
          in use
        </Badge>
      )}
      {version.frozen && (
        <Badge color="gray" variant="light" radius="sm" tt="none">
          frozen: reads use it
        </Badge>
      )}
    </Group>
  );
}

interface ActionsProps {
  slug: string;
  version: ProtocolVersion;
  onShow: (version: string | null) => void;
}

function Actions({ slug, version, onShow }: ActionsProps) {
  const newest = version.versions[0]?.version ?? version.version;
  const save = () =>
    saveProtocol(slug, version.id, version.version).catch((error: unknown) => {
      notifications.show({ message: messageOf(error), color: 'red' });
    });
  return (
    <>
      {newest > 1 && (
        <Select
          aria-label="Version"
          w={150}
          size="xs"
          allowDeselect={false}
          data={version.versions.map((one) => ({ value: String(one.version), label: `Version ${one.version}` }))}
          value={String(version.version)}
          onChange={(value) => onShow(value === String(newest) ? null : value)}
        />
      )}
      <Button size="xs" variant="default" onClick={() => void save()}>
        Export
      </Button>
    </>
  );
}

/** The newest version, for who may change it. */
function Newest({ slug, version, reload }: { slug: string; version: ProtocolVersion; reload: () => void }) {
  const client = useQueryClient();
  const start = useMemo(() => documentOf(version), [version]);
  const fixed = useMemo(() => new Set(version.frozen ? version.questions.map((question) => question.code) : []), [version]);
  const save = async (document: ProtocolDocument, mapping: Mapping | null) => {
    const body = { ...document, base: version.digest, ...(mapping ? { mapping } : {}) };
    const saved = await api.put<ProtocolVersion>(`/projects/${slug}/protocols/${version.id}/`, body);
    notifications.show({ message: version.frozen ? `Version ${saved.version} is made: new cases are read by it.` : 'Saved.', color: 'green' });
    client.setQueryData(['protocol', slug, version.id, null], saved);
    await client.invalidateQueries({ queryKey: ['protocols', slug] });
  };
  return (
    <Builder
      slug={slug}
      protocol={version.id}
      start={start}
      frozen={version.frozen}
      version={version.version}
      fixed={fixed}
      mapping={version.frozen ? null : version.mapping}
      save={save}
      reload={reload}
    />
  );
}

/** A version as it stands, beside what it changed. */
function ReadOnly({ slug, version, newest }: { slug: string; version: ProtocolVersion; newest: boolean }) {
  const [search, setSearch] = useSearchParams();
  const document = useMemo(() => documentOf(version), [version]);
  const others = version.versions.filter((one) => one.version !== version.version).map((one) => one.version);
  const asked = Number(search.get('since'));
  const since = others.includes(asked) ? asked : (others.find((one) => one < version.version) ?? others[0] ?? null);
  const changes = useQuery({
    queryKey: ['protocol-changes', slug, version.id, version.version, since],
    queryFn: () => api.get<Change[]>(`/projects/${slug}/protocols/${version.id}/versions/${version.version}/changes/?since=${since}`),
    enabled: since !== null,
  });
  return (
    <>
      {!newest && (
        <Alert color="gray" mb="md" p="xs">
          <Text size="sm">
            To look at, not to change. <Anchor component={Link} to={`/p/${slug}/protocols/${version.id}`} size="sm">To the newest version</Anchor>
          </Text>
        </Alert>
      )}
      <ProtocolForm
        draft={document}
        set={() => undefined}
        problems={{}}
        readOnly
        fixed={new Set()}
        beside={
          since !== null && (
            <div>
              <Group gap={6} mb={6}>
                <Text size="sm" fw={600}>
                  What differs from
                </Text>
                <Select
                  aria-label="Compare with"
                  size="xs"
                  w={110}
                  allowDeselect={false}
                  data={others.map((one) => ({ value: String(one), label: `version ${one}` }))}
                  value={String(since)}
                  onChange={(one) => one && setSearch({ version: String(version.version), since: one })}
                />
              </Group>
              <Loaded query={changes} label="Comparing">
                {(rows) => <Changes changes={rows} named={[document]} />}
              </Loaded>
            </div>
          )
        }
      />
    </>
  );
}
