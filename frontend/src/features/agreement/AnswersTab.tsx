import { Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useParams } from 'react-router';

import type { QuestionStatistics, Statistics } from '../../api/agreement';
import { Chart } from '../../components/Chart';
import { number, plural } from '../../components/format';
import { EstimateCell } from './EstimateCell';
import { confusionMatrix } from './figures';
import { NotEnough } from './NotEnough';

const NAMES: Record<string, string> = {
  cohen_nominal: 'Cohen κ',
  cohen_linear: 'Cohen κ, linear weights',
  cohen_quadratic: 'Cohen κ, quadratic weights',
  fleiss: 'Fleiss κ',
  gwet_ac1: 'Gwet AC1',
  gwet_ac2_linear: 'Gwet AC2, linear',
  gwet_ac2_quadratic: 'Gwet AC2, quadratic',
  krippendorff_nominal: 'Krippendorff α, nominal',
  krippendorff_ordinal: 'Krippendorff α, ordinal',
  krippendorff_interval: 'Krippendorff α, interval',
};

export function AnswersTab({ found }: { found: Statistics }) {
  if (found.questions.length === 0) return <NotEnough>No pair of reads has answers to compare.</NotEnough>;
  return (
    <Stack gap="lg">
      {found.questions.map((row) => (
        <Question key={row.code} row={row} comparison={found.comparison} />
      ))}
    </Stack>
  );
}

function Question({ row, comparison }: { row: QuestionStatistics; comparison: string }) {
  const { slug = '' } = useParams();
  return (
    <Paper withBorder p="md" component="section" maw={1180}>
      <Title order={2} fz="md">
        {row.title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        The same in {row.same} of {plural(row.n_pairs, 'pair')} ({number((100 * row.same) / row.n_pairs, 0)} %), {plural(row.n_cases, 'case')}.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Table verticalSpacing={4} aria-label={`Agreement on ${row.title}`}>
          <Table.Tbody>
            {Object.entries(row.estimates).map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={500}>
                  {NAMES[name] ?? name}
                </Table.Th>
                <Table.Td>
                  <EstimateCell of={value} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          {!row.pairs_are_independent && <Table.Caption>Cohen’s κ is for two readers: choose two in the filters.</Table.Caption>}
        </Table>
        {row.kind === 'classes' && (
          <Chart option={confusionMatrix(row)} height={300} label={`Confusion matrix of ${row.title}`} fileName={`${slug}-${comparison}-${row.code}-confusion.svg`} />
        )}
      </SimpleGrid>
    </Paper>
  );
}
