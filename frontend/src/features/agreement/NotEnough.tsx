import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

export function NotEnough({ children }: { children: ReactNode }) {
  return (
    <Text c="dimmed" size="sm" py="xl" ta="center">
      Not enough data. {children}
    </Text>
  );
}
