import { Badge } from '@mantine/core';

/** Marks what holds data of a subject that was withdrawn since. */
export function WithdrawnData() {
  return (
    <Badge variant="outline" color="orange" radius="sm" tt="none" fw={500}>
      withdrawn data
    </Badge>
  );
}
