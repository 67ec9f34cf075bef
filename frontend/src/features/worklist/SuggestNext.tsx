import { Alert, Button, Group, Modal, NumberInput, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import type { NextCases, NextReason } from '../../api/types';
import { number, plural } from '../../components/format';
import { Loaded } from '../../components/Notice';

interface Props {
  slug: string;
  onChoose: (caseIds: string[]) => void;
  onClose: () => void;
}

const WHY: Record<NextReason, string> = {
  uncertainty: 'The model is unsure',
  expected_dice: 'Poor draft expected',
  disagreement: 'The model’s members disagree',
  diversity: 'Unlike the references',
  stratum: 'Few references of its group',
};
const COMPARED: Record<NextReason, string> = {
  uncertainty: 'how unsure the model is',
  expected_dice: 'the Dice to expect',
  disagreement: 'how far the model’s members disagree',
  diversity: 'how unlike the references the images are',
  stratum: 'how many references the group has',
};

/** Which cases to have read next; choosing them marks them in the list, where they can be planned. */
export function SuggestNext({ slug, onChoose, onClose }: Props) {
  const [n, setN] = useState(10);
  const query = useQuery({
    queryKey: ['cases', slug, 'next', n],
    queryFn: ({ signal }) => api.get<NextCases>(`/projects/${slug}/cases/next/?n=${n}`, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <Modal opened onClose={onClose} title="Suggest cases to read next" size="lg" centered>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Cases that wait for readers and teach the model most: a poor or doubted draft, images unlike the references, a group with few of them.
        </Text>
        <NumberInput label="How many" w={120} min={1} max={100} allowDecimal={false} value={n} onChange={(value) => Number(value) >= 1 && setN(Math.min(100, Number(value)))} data-autofocus />
        <Loaded query={query} label="Looking at the drafts">
          {(found) => (
            <>
              {found.rows.length === 0 ? (
                <Alert color="blue">No case that waits for readers has a draft by the champion. Pre-annotate first.</Alert>
              ) : (
                <Table.ScrollContainer minWidth={560} mah={360}>
                  <Suggested rows={found.rows} />
                </Table.ScrollContainer>
              )}
              {found.rows.length > 0 && (
                <Text size="xs" c="dimmed">
                  Compared: {found.weighed.map((name) => COMPARED[name]).join(', ')}.
                </Text>
              )}
              {found.rows.length > 0 && found.without_draft > 0 && (
                <Text size="xs" c="dimmed">
                  {plural(found.without_draft, 'waiting case')} without a draft by the champion can’t be compared. Pre-annotate first to have all among them.
                </Text>
              )}
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>
                  Cancel
                </Button>
                <Button disabled={found.rows.length === 0} onClick={() => onChoose(found.rows.map((row) => row.case_id))}>
                  Choose {found.rows.length === 1 ? 'it' : `these ${found.rows.length || ''}`}
                </Button>
              </Group>
            </>
          )}
        </Loaded>
      </Stack>
    </Modal>
  );
}

function Suggested({ rows }: { rows: NextCases['rows'] }) {
  return (
    <Table fz="sm" verticalSpacing={4} stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Case</Table.Th>
          <Table.Th ta="right">Dice to expect</Table.Th>
          <Table.Th>Disease</Table.Th>
          <Table.Th ta="right">Its references</Table.Th>
          <Table.Th>Mostly because</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.case_id}>
            <Table.Td fw={600}>{row.label}</Table.Td>
            <Table.Td ta="right">{number(row.expected_dice, 2)}</Table.Td>
            <Table.Td>{row.group}</Table.Td>
            <Table.Td ta="right">{row.references}</Table.Td>
            <Table.Td>{WHY[row.reason]}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
