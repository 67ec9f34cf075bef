import { Anchor, Box, Breadcrumbs, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

interface Props {
  title: string;
  /** Where this page lies, outermost first. */
  trail?: { label: string; to: string }[];
  note?: ReactNode;
  actions?: ReactNode;
  /** What lines and rows can fill and still be read, in px: the heading ends where they end. */
  width?: number;
  children: ReactNode;
}

export function Page({ title, trail, note, actions, width = 1416, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Accord`;
  }, [title]);
  return (
    <Box px="xl" py="lg" maw={`calc(${width}px + 2 * var(--mantine-spacing-xl))`}>
      {trail && trail.length > 0 && (
        <Breadcrumbs mb={6} separator="/" separatorMargin={6}>
          {trail.map((step) => (
            <Anchor key={step.to} component={Link} to={step.to} size="sm" c="dimmed">
              {step.label}
            </Anchor>
          ))}
        </Breadcrumbs>
      )}
      <Group justify="space-between" align="flex-start" mb="md" wrap="nowrap">
        <Box miw={0}>
          <Title order={1} fz={22} fw={650} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {note && (
            <Text c="dimmed" size="sm" component="div" mt={2}>
              {note}
            </Text>
          )}
        </Box>
        {actions && (
          <Group gap="xs" wrap="nowrap">
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </Box>
  );
}
