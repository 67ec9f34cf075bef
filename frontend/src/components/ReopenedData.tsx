import { Badge } from '@mantine/core';

/** Marks what was made of references whose cases were reopened since. */
export function ReopenedData({ cases }: { cases: number }) {
  return (
    <Badge variant="outline" color="orange" radius="sm" tt="none" fw={500}>
      {cases} reopened
    </Badge>
  );
}
