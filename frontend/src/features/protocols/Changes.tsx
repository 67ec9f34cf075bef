import { Table, Text } from '@mantine/core';

import type { Change, ProtocolDocument } from '../../api/types';
import { changeText, changeTitle } from './words';

/** What differs, one line each. */
export function Changes({ changes, named }: { changes: Change[]; named: ProtocolDocument[] }) {
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing differs.
      </Text>
    );
  }
  return (
    <Table fz="sm" verticalSpacing={4} data-testid="changes">
      <Table.Tbody>
        {changes.map((change) => (
          <Table.Tr key={`${change.path} ${change.kind}`}>
            <Table.Td>{changeTitle(change, named)}</Table.Td>
            <Table.Td c="dimmed">{changeText(change)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
