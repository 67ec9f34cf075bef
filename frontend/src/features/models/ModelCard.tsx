import { Accordion, Alert, Button, Group, Paper, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { api } from '../../api/client';
import { Loaded } from '../../components/Notice';
import { Blocks } from './Blocks';
import { Downloads } from './Downloads';
import type { Paper as Document } from './paper';

/** What is on record about the model: one document, section by section, and as a file. */
export function ModelCard({ slug, id }: { slug: string; id: string }) {
  const query = useQuery({ queryKey: ['model', id, 'card'], queryFn: () => api.get<Document>(`/models/${id}/card/`) });
  return (
    <Paper withBorder p="md" component="section" aria-label="Model card">
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="md">
          Model card
        </Title>
        <Group gap="xs">
          <Button component={Link} to={`/p/${slug}/models/${id}/checklists`} size="compact-sm" variant="default">
            Reporting checklists
          </Button>
          <Downloads path={`/models/${id}/card/`} />
        </Group>
      </Group>
      <Loaded query={query} label="Collecting the records">
        {(card) => (
          <>
            {card.warnings.map((warning) => (
              <Alert key={warning} color="orange" mb="xs">
                {warning}
              </Alert>
            ))}
            <Accordion multiple defaultValue={['0']} variant="default" order={3}>
              {card.sections.map((section, index) => (
                <Accordion.Item key={section.title} value={String(index)}>
                  <Accordion.Control fz="sm" px={0}>
                    {section.title}
                  </Accordion.Control>
                  <Accordion.Panel>
                    <Blocks blocks={section.blocks} />
                  </Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
          </>
        )}
      </Loaded>
    </Paper>
  );
}
