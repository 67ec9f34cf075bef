import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';

import { useSession } from '../../api/queries';
import type { Project } from '../../api/types';
import { number, when } from '../../components/format';
import { List } from '../../components/list';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { roleTitle } from '../../components/roles';

export function ProjectsPage() {
  const admin = useSession().data?.user?.is_installation_admin ?? false;
  const create = (
    <Button component={Link} to="/projects/new">
      New project
    </Button>
  );
  return (
    <Page title="Projects" actions={admin && create}>
      <List<Project>
        path="/projects/"
        queryKey={['projects']}
        noun="project"
        rowKey={(row) => row.slug}
        empty={
          <Empty title="No project yet" action={admin && create}>
            {admin
              ? 'A project is a trial, a registry or a clinic: its cases, team and protocol.'
              : 'Ask a project’s owner for an invitation. Projects you belong to appear here.'}
          </Empty>
        }
        columns={[
          {
            title: 'Project',
            render: (row) => (
              <Anchor component={Link} to={`/p/${row.slug}`} fw={600} size="sm">
                {row.name}
              </Anchor>
            ),
          },
          { title: 'Your roles', render: (row) => row.my_roles.map(roleTitle).join(', ') || '–' },
          { title: 'Cases', numeric: true, width: 90, render: (row) => number(row.counts.cases) },
          { title: 'Locked', numeric: true, width: 90, render: (row) => number(row.counts.cases_locked) },
          { title: 'Since', width: 170, render: (row) => when(row.created_at) },
        ]}
      />
    </Page>
  );
}
