import { Badge, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';

import { api } from '../api/client';
import { useMay } from '../api/queries';
import type { Flag, StackChecks } from '../api/types';
import { stackTitle } from './stackNames';

const SEVERITIES = {
  refusal: { color: 'red', Icon: IconAlertCircle, label: 'Refused' },
  problem: { color: 'red', Icon: IconAlertCircle, label: 'Problem' },
  warning: { color: 'orange', Icon: IconAlertTriangle, label: 'Warning' },
  info: { color: 'gray', Icon: IconInfoCircle, label: 'Note' },
} as const;

const GRADES = { good: 'images good', usable: 'images usable', poor: 'images poor' } as const;

/** What is to be checked of a case's drafts: topics for those who run the project. */
export function useCaseChecks(slug: string, caseId: string | null | undefined): StackChecks[] {
  const may = useMay(slug);
  const query = useQuery({
    queryKey: ['case', caseId, 'checks'],
    queryFn: () => api.get<StackChecks[]>(`/projects/${slug}/cases/${caseId}/checks/`),
    enabled: Boolean(caseId) && may('view_cases') && may('view_progress'),
  });
  return query.data ?? [];
}

export const asksForACheck = (checks: StackChecks | undefined): boolean =>
  checks !== undefined && (checks.state !== 'clear' || checks.image_grade === 'poor');

/** Stands where something is to be looked at, and nowhere else. */
export function CheckBadge({ checks }: { checks: (StackChecks | undefined)[] }) {
  const asking = checks.filter((row) => row && asksForACheck(row));
  if (asking.length === 0) return null;
  const severe = asking.some((row) => row!.flags.some((flag) => flag.severity === 'refusal' || flag.severity === 'problem'));
  return (
    <Badge variant="light" color={severe ? 'red' : 'orange'} radius="sm" tt="none" fw={500} data-testid="check-badge">
      Check
    </Badge>
  );
}

/** Grade and sentences of one stack. */
export function ChecksOfStack({ checks }: { checks: StackChecks }) {
  return (
    <Stack gap={4} data-testid="checks">
      <Group gap={8}>
        <CheckBadge checks={[checks]} />
        <Text size="sm">{summaryOf(checks)}</Text>
      </Group>
      {checks.flags.length > 0 ? <FlagList flags={checks.flags} /> : <Text size="xs">Nothing to check.</Text>}
    </Stack>
  );
}

function summaryOf(checks: StackChecks): string {
  const images = stackTitle(checks);
  if (checks.state === 'refused') return `${images}: no draft was made`;
  if (checks.state === 'doubted') return `${images}: not drafted`;
  return checks.image_grade ? `${images}: ${GRADES[checks.image_grade]}` : `${images}: drafted`;
}

/** Sentences, each with what it weighs. */
export function FlagList({ flags }: { flags: Flag[] }) {
  return (
    <List spacing={3} size="xs" center={false} listStyleType="none" styles={{ itemWrapper: { alignItems: 'flex-start' } }}>
      {flags.map((flag, index) => {
        const { color, Icon, label } = SEVERITIES[flag.severity];
        return (
          <List.Item
            key={`${flag.code}-${index}`}
            icon={<Icon size={15} color={`var(--mantine-color-${color}-6)`} role="img" aria-label={label} style={{ display: 'block', marginTop: 1 }} />}
          >
            {flag.message}
          </List.Item>
        );
      })}
    </List>
  );
}
