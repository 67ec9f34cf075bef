import { Alert, Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import { ApiError, messageOf } from '../api/client';

/** An error with what to do; `retry` where trying again makes sense. */
export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const known = error instanceof ApiError ? error : null;
  const closed = known?.status === 403 || known?.status === 404; // trying again opens nothing
  const text =
    known?.status === 404
      ? 'There is nothing here that you may see. Check the address, or ask the project’s owner for the role you need.'
      : messageOf(error);
  return (
    <Alert color={closed ? 'gray' : 'red'} icon={<IconAlertTriangle size={18} />} role="alert" maw={720}>
      <Text size="sm">{text}</Text>
      {retry && !closed && (
        <Button size="compact-sm" variant="light" color="red" mt="xs" onClick={retry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

export function Busy({ label }: { label: string }) {
  return (
    <Center py="xl" role="status">
      <Loader size="sm" mr="sm" />
      <Text c="dimmed" size="sm">
        {label}
      </Text>
    </Center>
  );
}

/** Nothing there yet, and what to do about it. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={56} px="md">
      <Title order={3} fz="md" fw={600}>
        {title}
      </Title>
      <Text c="dimmed" size="sm" ta="center" maw={460} component="div">
        {children}
      </Text>
      {action}
    </Stack>
  );
}

/** Loading, error or content of one query. */
export function Loaded<T>({
  query,
  label,
  children,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  label: string;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorNote error={query.error} retry={() => void query.refetch()} />;
  return <Busy label={label} />;
}
