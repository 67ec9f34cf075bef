import { Button, Code, Group, Stack, Table, Text } from '@mantine/core';

import type { ReferenceBrief } from '../api/types';
import { answerText } from './answers';
import { number, when } from './format';

/** What was signed, by whom, with the page to print. */
export function ReferenceCard({ reference }: { reference: ReferenceBrief }) {
  const m = reference.measurements;
  return (
    <Stack gap="xs" data-testid="reference">
      {m && (
        <Table verticalSpacing={3} fz="sm" w="auto">
          <Table.Tbody>
            {(
              [
                ['EDV', m.edv_ml, 'ml'],
                ['ESV', m.esv_ml, 'ml'],
                ['EF', m.ef_percent, '%'],
                ['LV mass', m.mass_g, 'g'],
                ['RV EDV', m.rv_edv_ml, 'ml'],
                ['RV EF', m.rv_ef_percent, '%'],
              ] as const
            ).map(([name, value, unit]) => (
              <Table.Tr key={name}>
                <Table.Td c="dimmed">{name}</Table.Td>
                <Table.Td ta="right">
                  {number(value, 1)} {unit}
                </Table.Td>
              </Table.Tr>
            ))}
            {reference.answers.map((answer) => (
              <Table.Tr key={answer.question}>
                <Table.Td c="dimmed">{answer.question}</Table.Td>
                <Table.Td ta="right">{answerText(undefined, answer.value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Text size="sm">
        “{reference.meaning}” {reference.signed_by}, {when(reference.signed_at)}
      </Text>
      {reference.reopened && (
        <Text size="sm" style={{ color: 'light-dark(#a04d00, #ffb454)' }}>
          Reopened by {reference.reopened.by}, {when(reference.reopened.at)}: {reference.reopened.reason}
        </Text>
      )}
      <Group gap="xs">
        <Button component="a" href={reference.report_url} target="_blank" rel="noreferrer" size="compact-sm" variant="light">
          Signed summary (PDF)
        </Button>
        <Text size="xs" c="dimmed">
          version {reference.version}, digest <Code>{reference.digest.slice(0, 12)}</Code>
        </Text>
      </Group>
    </Stack>
  );
}
