import { Badge, Box, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

import type { ProtocolDocument } from '../../api/types';
import classes from './protocols.module.css';

/** What every section of the builder gets. */
export interface SectionProps {
  draft: ProtocolDocument;
  set: (patch: Partial<ProtocolDocument>) => void;
  problems: Record<string, string[]>;
  readOnly: boolean;
}

interface Props {
  id: string;
  title: string;
  about?: ReactNode;
  wrong?: number;
  children: ReactNode;
}

export function Section({ id, title, about, wrong = 0, children }: Props) {
  return (
    <Box component="section" id={id} className={classes.section!} aria-labelledby={`${id}-title`}>
      <Group gap="xs" mb={2}>
        <Title order={2} fz="md" id={`${id}-title`}>
          {title}
        </Title>
        {wrong > 0 && (
          <Badge color="red" variant="light" radius="sm" tt="none">
            {wrong} to correct
          </Badge>
        )}
      </Group>
      {about && (
        <Text size="sm" c="dimmed" mb="sm">
          {about}
        </Text>
      )}
      {children}
    </Box>
  );
}
