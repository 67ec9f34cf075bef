import { Group, Text } from '@mantine/core';
import { Link } from 'react-router';

export function Brand() {
  return (
    <Link to="/" style={{ textDecoration: 'none', color: 'inherit' }} aria-label="Accord: my work">
      <Group gap={8} wrap="nowrap">
        <img src="/static/app/icon.svg" width={22} height={22} alt="" />
        <Text fw={700} size="md" lts={0.2}>
          accord
        </Text>
      </Group>
    </Link>
  );
}
