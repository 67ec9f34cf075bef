import { Anchor, Button, Group, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';

import { useMay } from '../../api/queries';
import type { Study } from '../../api/types';
import { dicomDate, number, when } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { Thumb } from '../../components/Thumb';
import { KINDS, stackBrief } from '../../components/stackNames';

export function StudiesPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const button = may('import') && (
    <Button component={Link} to={`/p/${slug}/imports`}>
      Import studies
    </Button>
  );
  return (
    <Page title="Studies" trail={[{ label: 'Project', to: `/p/${slug}` }]} actions={button}>
      <List<Study>
        path={`/projects/${slug}/studies/`}
        queryKey={['studies', slug]}
        noun="study"
        rowKey={(row) => row.id}
        filters={[{ name: 'kind', label: 'Sequence', options: Object.entries(KINDS).map(([value, label]) => ({ value, label })) }]}
        empty={
          <Empty title="No studies yet" action={button}>
            Drop a folder of DICOM files in the browser, send them by STOW-RS, or run <code>manage.py import_dicom</code>.
          </Empty>
        }
        columns={[
          { title: 'Image', width: 70, render: (row) => <Thumb url={row.thumbnail_url} label={row.label} /> },
          {
            title: 'Study',
            render: (row) => (
              <>
                <Anchor component={Link} to={`/p/${slug}/studies/${row.id}`} fw={600} size="sm">
                  {row.label}
                </Anchor>
                <Text size="xs" c="dimmed" lineClamp={2}>
                  {row.description || 'No description'}
                </Text>
              </>
            ),
          },
          {
            title: 'Stacks',
            render: (row) => (
              <>
                {row.stacks.map((stack) => (
                  <Group key={stack.id} gap={6}>
                    <Text size="sm">{stackBrief(stack)}</Text>
                    {!stack.complete && (
                      <Text size="xs" c="var(--accord-odd)">
                        incomplete
                      </Text>
                    )}
                  </Group>
                ))}
                {row.stacks.length === 0 && (
                  <Text size="sm" c="dimmed">
                    none
                  </Text>
                )}
              </>
            ),
          },
          { title: 'Date', width: 110, render: (row) => dicomDate(row.study_date) },
          { title: 'Files', numeric: true, width: 80, render: (row) => number(row.n_instances) },
          { title: 'Imported', width: 170, render: (row) => when(row.imported_at) },
        ]}
      />
    </Page>
  );
}
