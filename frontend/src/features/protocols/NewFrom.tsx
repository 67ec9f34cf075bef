import { Alert, Button, Card, FileButton, Group, List, Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';

import { api, messageOf } from '../../api/client';
import type { Protocol, ProtocolDocument, ReadyProtocol } from '../../api/types';
import { Loaded } from '../../components/Notice';
import { documentOf } from './draft';
import { NotAProtocol, readProtocol } from './files';
import classes from './protocols.module.css';

interface Props {
  slug: string;
  protocols: Protocol[];
  onClose: () => void;
}

/** What a new protocol begins as: a ready one, one of the project's, or a file. Nothing is stored yet. */
export function NewFrom({ slug, protocols, onClose }: Props) {
  const navigate = useNavigate();
  const ready = useQuery({ queryKey: ['ready-protocols'], queryFn: () => api.get<ReadyProtocol[]>('/ready-protocols/'), staleTime: Infinity });
  const [problem, setProblem] = useState<unknown>(null);
  const begin = (document: ProtocolDocument) => {
    const taken = new Set(protocols.map((one) => one.name));
    let { name } = document;
    for (let n = 2; taken.has(name); n += 1) name = `${document.name.slice(0, 74)} ${n}`;
    void navigate(`/p/${slug}/protocols/new`, { state: { document: { ...document, name } } });
  };
  const again = useRef<() => void>(null);
  const take = async (file: File | null) => {
    if (!file) return;
    again.current?.(); // the same file, once it is mended, can be chosen anew
    setProblem(null);
    try {
      begin(await readProtocol(slug, file));
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <Modal opened onClose={onClose} size="xl" title="New protocol from…">
      <Stack gap="md">
        <Loaded query={ready} label="Loading ready protocols">
          {(rows) => (
            <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
              {rows.map(({ key, summary, document }) => (
                <Card key={key} withBorder padding="sm" className={classes.from!}>
                  <Title order={3} fz="sm">
                    {document.name}
                  </Title>
                  <Text size="xs" c="dimmed" mt={4} mb="sm" style={{ flex: 1 }}>
                    {summary}
                  </Text>
                  <Button size="compact-sm" variant="light" onClick={() => begin(document)} aria-label={`Begin with ${document.name}`}>
                    Begin with it
                  </Button>
                </Card>
              ))}
            </SimpleGrid>
          )}
        </Loaded>
        <Group gap="xs">
          <Text size="sm">A copy of</Text>
          {protocols.map((one) => (
            <Button key={one.id} size="compact-sm" variant="default" onClick={() => begin(documentOf(one))}>
              {one.name}
            </Button>
          ))}
        </Group>
        <Group gap="xs">
          <Text size="sm">A file that was exported</Text>
          <FileButton resetRef={again} accept="application/json,.json" onChange={(file) => void take(file)}>
            {(props) => (
              <Button {...props} size="compact-sm" variant="default">
                Import a file
              </Button>
            )}
          </FileButton>
        </Group>
        {problem !== null && (
          <Alert color="red" role="alert" title={messageOf(problem)}>
            {problem instanceof NotAProtocol && Object.keys(problem.problems).length > 0 && (
              <List size="sm" data-testid="import-problems">
                {Object.entries(problem.problems)
                  .slice(0, 30)
                  .map(([path, said]) => (
                    <List.Item key={path}>
                      <b>{path || 'The file'}</b>: {said.join(' ')}
                    </List.Item>
                  ))}
              </List>
            )}
          </Alert>
        )}
      </Stack>
    </Modal>
  );
}
