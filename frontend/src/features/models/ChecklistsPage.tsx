import { Alert, Anchor, Badge, Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import { api } from '../../api/client';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { type Checklist, type ChecklistBrief, type ChecklistItem, COLOUR, isStatus, shortTitle, shown, SPOKEN } from './checklist';
import { Downloads } from './Downloads';

/** Reporting checklists, filled from the records of one model. Which one and what of it stand in the address. */
export function ChecklistsPage() {
  const { slug = '', id = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const query = useQuery({
    queryKey: ['model', id, 'checklists'],
    queryFn: () => api.get<ChecklistBrief[]>(`/models/${id}/checklists/`),
  });
  return (
    <Page
      title="Reporting checklists"
      note="What the portal’s records say, item by item. Where they say nothing, a person has to."
      trail={[
        { label: 'Models', to: `/p/${slug}/models` },
        { label: 'Model', to: `/p/${slug}/models/${id}` },
      ]}
    >
      <Loaded query={query} label="Loading the checklists">
        {(lists) => {
          const code = lists.find((row) => row.code === params.get('list'))?.code ?? lists[0]?.code ?? '';
          return (
            <Stack gap="md" maw={1080}>
              <SegmentedControl
                aria-label="Checklist"
                value={code}
                onChange={(value) => setParams({ list: value })}
                data={lists.map((row) => ({ value: row.code, label: shortTitle(row.title) }))}
              />
              <One key={code} id={id} code={code} />
            </Stack>
          );
        }}
      </Loaded>
    </Page>
  );
}

function One({ id, code }: { id: string; code: string }) {
  const [params, setParams] = useSearchParams();
  const asked = params.get('show');
  const status = isStatus(asked) ? asked : null;
  const path = `/models/${id}/checklists/${code}/`;
  const query = useQuery({ queryKey: ['model', id, 'checklists', code], queryFn: () => api.get<Checklist>(path) });
  return (
    <Loaded query={query} label="Filling the checklist">
      {(list) => (
        <>
          <Group justify="space-between">
            <div>
              <Title order={2} fz="md">
                {list.title}
              </Title>
              <Text size="xs" c="dimmed">
                {list.reference} · {list.model}
              </Text>
            </div>
            <Group gap="xs">
              <Downloads path={path} />
            </Group>
          </Group>
          {list.verified ? (
            <Text size="xs" c="dimmed">
              {list.checked}
            </Text>
          ) : (
            <Alert color="orange">{list.checked}</Alert>
          )}
          <SegmentedControl
            aria-label="Items"
            size="xs"
            style={{ alignSelf: 'flex-start' }}
            value={status ?? 'all'}
            onChange={(value) => setParams({ list: code, ...(value === 'all' ? {} : { show: value }) })}
            data={[
              { value: 'all', label: 'All' },
              ...(['records', 'part', 'person'] as const).map((value) => ({ value, label: `${SPOKEN[value]} (${list.counts[value]})` })),
            ]}
          />
          {shown(list.sections, status).map((section) => (
            <section key={section.title}>
              <Title order={3} fz="sm" mb={4}>
                {section.title}
              </Title>
              <Items items={section.items} label={section.title} />
            </section>
          ))}
        </>
      )}
    </Loaded>
  );
}

function Items({ items, label }: { items: ChecklistItem[]; label: string }) {
  return (
    <Table fz="sm" verticalSpacing={4} aria-label={label} style={{ tableLayout: 'fixed' }}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={52}>Item</Table.Th>
          <Table.Th w={280}>Asked for</Table.Th>
          <Table.Th>On record</Table.Th>
          <Table.Th w={160}>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Table.Tr key={item.number} style={{ verticalAlign: 'top' }}>
            <Table.Td>{item.number}</Table.Td>
            <Table.Td>
              <Text size="sm" fw={600}>
                {item.topic}
              </Text>
              <Text size="xs" c="dimmed">
                {item.ask}
              </Text>
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {item.text || <Text size="sm">–</Text>}
              {item.rest && (
                <Text size="xs" c="dimmed">
                  A person adds: {item.rest}.
                </Text>
              )}
              {item.link && (
                <Anchor component={Link} to={item.link} size="xs" aria-label={`The record behind item ${item.number}`}>
                  The record
                </Anchor>
              )}
            </Table.Td>
            <Table.Td>
              <Badge color={COLOUR[item.status]} variant="light" radius="sm" tt="none">
                {SPOKEN[item.status]}
              </Badge>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
