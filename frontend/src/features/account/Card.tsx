import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The one card of a page for people who are not signed in. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center mih="100vh" p="md" component="main">
      <Stack gap="lg" w={380}>
        <Stack gap={4} align="center">
          <img src="/static/app/icon.svg" width={44} height={44} alt="" />
          <Text fw={700} size="xl">
            accord
          </Text>
          <Text size="sm" c="dimmed" ta="center">
            Cardiovascular MR, read together
          </Text>
        </Stack>
        <Paper withBorder p="lg">
          <Title order={1} fz="lg" mb="md">
            {title}
          </Title>
          {children}
        </Paper>
        <Text size="xs" c="dimmed" ta="center">
          Research use only: not a medical device
        </Text>
      </Stack>
    </Center>
  );
}
