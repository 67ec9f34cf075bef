import { Anchor, Table, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';

import type { StatPoint } from '../../api/agreement';
import { usePointAddress } from './asking';

interface Props {
  label: string;
  points: StatPoint[];
  names: Record<string, string>;
  /** A point's value as text, with its unit. */
  shown: (value: number | null) => string;
}

/** Pairs of reads, each a way to the contours behind its number. */
export function Pairs({ label, points, names, shown }: Props) {
  const { slug = '' } = useParams();
  const address = usePointAddress(slug);
  return (
    <Table verticalSpacing={4} aria-label={label}>
      <Table.Tbody>
        {points.map((point) => (
          <Table.Tr key={`${point.case_id}${point.reader_a}${point.reader_b}`}>
            <Table.Td>
              <Anchor component={Link} to={address(point)} size="sm">
                {point.case}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Text size="sm" c="dimmed">
                {names[point.reader_a]} – {names[point.reader_b]}
              </Text>
            </Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
              {shown(point.value)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
