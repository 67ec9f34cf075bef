import { Badge, Button, Group, List, Paper, Stack, Text, Tooltip } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconInfoCircle, IconPlayerPlay } from '@tabler/icons-react';
import { Link } from 'react-router';

import { useMay, useSession } from '../../api/queries';
import type { Finding, StackChecks, StackSummary } from '../../api/types';
import { CheckBadge, FlagList } from '../../components/Checks';
import { when } from '../../components/format';
import { Thumb } from '../../components/Thumb';
import { CorrectMenu } from './CorrectMenu';
import { kindName, stackMarks, stackSize, stackTitle, viewName } from '../../components/stackNames';

const SEVERITIES = {
  problem: { color: 'red', Icon: IconAlertCircle, label: 'Problem' },
  warning: { color: 'orange', Icon: IconAlertTriangle, label: 'Warning' },
  info: { color: 'gray', Icon: IconInfoCircle, label: 'Note' },
} as const;

export function StackCard({ stack, slug, checks }: { stack: StackSummary; slug: string; checks?: StackChecks }) {
  const may = useMay(slug);
  // the finding says the same of the pixels, and more
  const doubted = stack.findings.some((finding) => finding.code === 'kind_doubtful');
  const flags = checks?.flags.filter((flag) => !(doubted && flag.code === 'kind')) ?? [];
  return (
    <Paper withBorder p="sm" data-testid="stack">
      <Group wrap="nowrap" align="flex-start">
        <Thumb url={stack.thumbnail_url} size={84} label={stackTitle(stack)} />
        <Stack gap={4} flex={1} miw={0}>
          <Group gap={8}>
            <Text fw={600} size="sm">
              {stackTitle(stack)}
            </Text>
            {stackMarks(stack).map((mark) => (
              <Badge key={mark} size="sm" variant="light" color="gray" tt="none">
                {mark}
              </Badge>
            ))}
            <CheckBadge checks={[checks]} />
          </Group>
          <Text size="xs" c="dimmed">
            {stackSize(stack)}, version {stack.version}, {stack.complete ? 'complete' : 'with gaps'}
          </Text>
          <Origin stack={stack} />
          <Findings findings={stack.findings} />
          {flags.length > 0 && <FlagList flags={flags} />}
        </Stack>
        <Group gap={4} wrap="nowrap">
          {may('import') && <CorrectMenu stack={stack} slug={slug} />}
          <Button
            component={Link}
            to={`/p/${slug}/stacks/${stack.id}/view`}
            variant="default"
            leftSection={<IconPlayerPlay size={15} />}
          >
            Open
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

/** Who says what it is: the header, with how sure and why, or a person. */
function Origin({ stack }: { stack: StackSummary }) {
  const session = useSession();
  const { found, correction } = stack;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const why = (
    <>
      <Text size="xs">
        <b>{kindName(found.sequence_kind)}</b> ({percent(found.confidence)}). {found.reason}
      </Text>
      <Text size="xs" mt={4}>
        <b>{viewName(found.view)}</b> ({percent(found.view_confidence)}). {found.view_reason}
      </Text>
    </>
  );
  const by = correction?.actor_id === session.data?.user?.id ? 'you' : 'a colleague';
  return (
    <Tooltip label={why} multiline w={340} position="bottom-start" withArrow events={{ hover: true, focus: true, touch: true }}>
      <Text size="xs" c="dimmed" tabIndex={0} w="fit-content" td="underline" style={{ textDecorationStyle: 'dotted', cursor: 'help' }}>
        {correction
          ? `Corrected by ${by}, ${when(correction.at)}. Found: ${kindName(found.sequence_kind)}, ${viewName(found.view)}`
          : `Kind ${percent(found.confidence)} sure, view ${percent(found.view_confidence)} sure`}
      </Text>
    </Tooltip>
  );
}

function Findings({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <List spacing={3} size="xs" mt={4} center={false} listStyleType="none" styles={{ itemWrapper: { alignItems: 'flex-start' } }}>
      {findings.map((finding) => {
        const { color, Icon, label } = SEVERITIES[finding.severity];
        return (
          <List.Item
            key={`${finding.code}-${finding.slice_index}`}
            icon={<Icon size={15} color={`var(--mantine-color-${color}-6)`} role="img" aria-label={label} style={{ display: 'block', marginTop: 1 }} />}
          >
            {finding.message}
          </List.Item>
        );
      })}
    </List>
  );
}
