import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { api, ApiError } from '../../api/client';
import type { Read } from '../../api/types';
import type { FunctionResult } from '../../cmr/volumes';
import { number } from '../../components/format';
import panel from '../../viewer/panel.module.css';

interface AiOpinion {
  model: string;
  numbers: Record<string, number | null>;
}
const ROWS = [
  ['edv_ml', 'EDV', 'ml'],
  ['esv_ml', 'ESV', 'ml'],
  ['ef_percent', 'EF', '%'],
  ['mass_g', 'Mass', 'g'],
] as const;

/** After the first opinion: the AI's numbers beside the reader's own. */
export function AiNumbers({ read, numbers }: { read: Read; numbers: FunctionResult }) {
  const query = useQuery({
    queryKey: ['ai-opinion', read.id],
    queryFn: () => api.get<AiOpinion>(`/reads/${read.id}/ai/`),
    enabled: read.first_opinion === 'given',
  });
  if (read.first_opinion !== 'given') return null;
  const none = query.error instanceof ApiError && query.error.status === 404;
  return (
    <section aria-label="AI beside yours">
      <h2 className={panel.title}>AI beside yours</h2>
      {none && (
        <Text size="xs" c="dimmed">
          There is no AI draft of this case.
        </Text>
      )}
      {query.data && (
        <>
          <Table fz="xs" verticalSpacing={2}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th />
                <Table.Th ta="right">Yours</Table.Th>
                <Table.Th ta="right">AI</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {ROWS.map(([name, title, unit]) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row">
                    {title}, {unit}
                  </Table.Th>
                  <Table.Td ta="right">{number(numbers[name], 1)}</Table.Td>
                  <Table.Td ta="right">{number(query.data.numbers[name], 1)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Text size="xs" c="dimmed">
            {query.data.model}. Its contours are on the phases that you left empty; yours stay as they are.
          </Text>
        </>
      )}
    </section>
  );
}
