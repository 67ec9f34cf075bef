import { Code, Paper, Table, Title } from '@mantine/core';

import { words } from '../../components/format';

/** Shown by themselves: as tables, and in the last row. */
const ELSEWHERE = new Set(['metrics', 'schema', 'weights_sha256']);

/** The model's package as it was registered: every word of it is shown as text. */
export function Card({ card, sha256 }: { card: Record<string, unknown>; sha256: string }) {
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Package as registered
      </Title>
      <Table fz="sm" verticalSpacing={4} style={{ tableLayout: 'fixed' }}>
        <Table.Tbody>
          {Object.entries(card)
            .filter(([name, value]) => value !== null && value !== '' && !ELSEWHERE.has(name))
            .map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Td c="dimmed" w={190} valign="top">
                  {words(name)}
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{shown(value)}</Table.Td>
              </Table.Tr>
            ))}
          <Table.Tr>
            <Table.Td c="dimmed">weights SHA-256</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Code>{sha256}</Code>
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(' · ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, inner]) => `${words(name)}: ${shown(inner)}`)
      .join(', ');
  }
  return String(value);
}
