import { Anchor, List, Table, Text } from '@mantine/core';
import { Link } from 'react-router';

import { type Block, isLacking } from './paper';

/** The blocks of one section: all of it is text that people or the portal wrote. */
export function Blocks({ blocks }: { blocks: Block[] }) {
  return blocks.map((block, index) => <One key={index} block={block} />);
}

function One({ block }: { block: Block }) {
  switch (block.kind) {
    case 'note':
      return (
        <Text size="sm" c="dimmed" mb="xs">
          {block.text}
        </Text>
      );
    case 'items':
      return (
        <List size="sm" mb="xs">
          {block.items.map((item) => (
            <List.Item key={item}>{item}</List.Item>
          ))}
        </List>
      );
    case 'facts':
      return (
        <Table fz="sm" verticalSpacing={4} mb="sm" style={{ tableLayout: 'fixed' }}>
          <Table.Tbody>
            {block.facts.map((fact) => (
              <Table.Tr key={fact.name}>
                <Table.Th scope="row" c="dimmed" fw={400} w={210} style={{ verticalAlign: 'top' }}>
                  {fact.name}
                </Table.Th>
                <Table.Td c={isLacking(fact.value) ? 'dimmed' : undefined} style={{ overflowWrap: 'anywhere' }}>
                  {fact.link ? (
                    <Anchor component={Link} to={fact.link} size="sm">
                      {fact.value}
                    </Anchor>
                  ) : (
                    fact.value
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      );
    case 'table':
      return <Numbers block={block} />;
  }
}

function Numbers({ block }: { block: Extract<Block, { kind: 'table' }> }) {
  return (
    <section style={{ overflowX: 'auto' }}>
      <Text fw={600} size="sm" mt="xs">
        {block.title}
      </Text>
      <Table fz="sm" verticalSpacing={2} mb="sm" aria-label={block.title}>
        <Table.Thead>
          <Table.Tr>
            {block.head.map((cell, index) => (
              <Table.Th key={index}>{cell}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ fontVariantNumeric: 'tabular-nums' }}>
          {block.rows.map((row, line) => (
            <Table.Tr key={line}>
              {row.map((cell, index) => (
                <Table.Td key={index} c={isLacking(cell) ? 'dimmed' : undefined}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {block.note && (
        <Text size="xs" c="dimmed" mb="sm">
          {block.note}
        </Text>
      )}
    </section>
  );
}
