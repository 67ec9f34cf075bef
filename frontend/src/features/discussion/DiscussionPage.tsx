import { Anchor, Select, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import { api } from '../../api/client';
import type { Page as PageOf } from '../../api/types';
import { plural } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { ThreadView } from '../../components/threads/ThreadView';
import type { Thread } from '../../components/threads/types';
import { threadActions } from '../../components/threads/useThreads';

const SHOWN = 100;

/** What is asked and said in the project, as far as this person may see it. */
export function DiscussionPage() {
  const { slug = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const state = params.get('state') ?? 'open';
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['threads', slug, state],
    queryFn: () => api.get<PageOf<Thread>>(`/projects/${slug}/threads/?page_size=${SHOWN}&state=${state === 'all' ? '' : state}`),
  });
  const actions = threadActions(() => client.invalidateQueries({ queryKey: ['threads'] }));
  return (
    <Page
      width={820}
      title="Discussion"
      actions={
        <Select
          aria-label="State"
          data={[
            { value: 'open', label: 'Open' },
            { value: 'resolved', label: 'Resolved' },
            { value: 'all', label: 'All' },
          ]}
          value={state}
          allowDeselect={false}
          onChange={(value) => setParams({ state: value ?? 'open' }, { replace: true })}
          w={140}
        />
      }
    >
      <Loaded query={query} label="Loading the discussion">
        {(found) =>
          found.results.length === 0 ? (
            <Text c="dimmed" maw={560}>
              {state === 'open' ? 'Nothing is open. ' : ''}Questions that readers ask about their reads come here, and what is said about a case once all its reads
              are in.
            </Text>
          ) : (
            <Stack gap="sm">
              {found.results.map((thread) => (
                <div key={thread.id}>
                  <Anchor component={Link} to={linkOf(slug, thread)} size="sm" fw={600}>
                    {thread.about}
                  </Anchor>
                  <ThreadView thread={thread} people={[]} actions={actions} about={thread.read_id ? 'About a read' : 'About the case'} />
                </div>
              ))}
              {found.count > SHOWN && (
                <Text size="sm" c="dimmed">
                  The newest {SHOWN} of {plural(found.count, 'thread')}. Resolve what is settled to see the rest.
                </Text>
              )}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

const linkOf = (slug: string, thread: Thread) =>
  thread.case_id ? `/p/${slug}/cases/${thread.case_id}?thread=${thread.id}` : `/read/${thread.read_id}?thread=${thread.id}`;
