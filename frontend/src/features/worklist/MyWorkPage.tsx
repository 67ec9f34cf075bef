import { Anchor, Badge, Box, Button, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';

import { api } from '../../api/client';
import { useSession } from '../../api/queries';
import type { WorkItem, WorkSection } from '../../api/types';
import { ago, number } from '../../components/format';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { State } from '../../components/State';
import { dueText } from './planning';
import classes from './worklist.module.css';

export function MyWorkPage() {
  const session = useSession();
  const query = useQuery({
    queryKey: ['work'],
    queryFn: () => api.get<{ sections: WorkSection[] }>('/my-work/'),
    refetchInterval: 60_000,
  });
  return (
    <Page width={980} title="My work" note="What waits for you, in all your projects.">
      <Loaded query={query} label="Loading your work">
        {({ sections }) => {
          const filled = sections.filter((s) => s.items.length > 0);
          if (filled.length === 0) return <Nothing admin={session.data?.user?.is_installation_admin ?? false} />;
          return (
            <Stack gap="lg">
              {filled.map((section) => (
                <Section key={section.key} section={section} />
              ))}
            </Stack>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Nothing({ admin }: { admin: boolean }) {
  return (
    <Empty
      title="Nothing waits for you"
      action={
        <Button component={Link} to={admin ? '/projects/new' : '/projects'} variant="light">
          {admin ? 'Create a project' : 'Open your projects'}
        </Button>
      }
    >
      Reads, cases to settle and models to approve appear here as soon as they are given to you.
    </Empty>
  );
}

function Section({ section }: { section: WorkSection }) {
  return (
    <Box component="section" data-testid={`work-${section.key}`}>
      <Group gap={8} mb={6}>
        <Title order={2} fz="md" fw={600}>
          {section.title}
        </Title>
        <Badge variant="light" color="gray" radius="sm">
          {section.items.length + section.more}
        </Badge>
        {section.key === 'reads' && <Next section={section} />}
      </Group>
      <Paper withBorder>
        {section.items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </Paper>
      {section.more > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          and {number(section.more)} more after these
        </Text>
      )}
    </Box>
  );
}

/** How far the own reads are, and the next one: in the order of the list, or by the key N. */
function Next({ section }: { section: WorkSection }) {
  const navigate = useNavigate();
  const next = section.items[0]!;
  useHotkeys([['n', () => void navigate(next.href)]]);
  const total = section.done + section.items.length + section.more;
  return (
    <Group gap="sm" ml="auto">
      <Text size="xs" c="dimmed" id="reads-done">
        {number(section.done)} of {number(total)} submitted
      </Text>
      <Progress value={(section.done / total) * 100} w={120} size="sm" aria-labelledby="reads-done" />
      <Button component={Link} to={next.href} size="compact-sm" title="Key: N">
        Read next
      </Button>
    </Group>
  );
}

function Item({ item }: { item: WorkItem }) {
  return (
    <Link to={item.href} className={classes.item!}>
      <Box miw={0} flex={1}>
        <Text size="sm" fw={600} truncate>
          {item.title}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {item.project.name}
          {item.subtitle && ` · ${item.subtitle}`}
        </Text>
      </Box>
      {item.due_at && <Due at={item.due_at} />}
      {item.progress !== null && <Progress value={item.progress * 100} w={90} size="sm" aria-label="Progress" />}
      <State value={item.state} />
      <Text size="xs" c="dimmed" w={110} ta="right">
        {ago(item.updated_at)}
      </Text>
      <Anchor component="span" size="sm" aria-hidden>
        Open
      </Anchor>
    </Link>
  );
}

function Due({ at }: { at: string }) {
  const { text, late } = dueText(at);
  return (
    <Text size="xs" w={110} ta="right" {...(late ? { c: 'var(--accord-bad)', fw: 600 } : { c: 'dimmed' })}>
      {text}
    </Text>
  );
}
