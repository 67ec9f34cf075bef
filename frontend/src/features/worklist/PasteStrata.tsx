import { Alert, Button, FileButton, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';

import { api, messageOf } from '../../api/client';
import { plural } from '../../components/format';
import { parseStrata, pastedText, setText } from './strata';

const SHOWN = 5;

/** Strata of many cases at once, from a spreadsheet or a CSV file. */
export function PasteStrata({ slug, onClose }: { slug: string; onClose: () => void }) {
  const client = useQueryClient();
  const [text, setPasted] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const pasted = useMemo(() => parseStrata(text), [text]);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const done = await api.put<{ set: number; unknown: string[] }>(`/projects/${slug}/strata/`, { rows: pasted.rows });
      await client.invalidateQueries({ queryKey: ['strata', slug] });
      notifications.show({ message: setText(done), color: done.unknown.length ? 'orange' : 'green', autoClose: done.unknown.length ? false : 4000 });
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const open = async (file: File | null) => file && setPasted(await file.text());
  return (
    <Modal opened onClose={onClose} title="Strata of many cases" size="lg" centered>
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          {problem && <Alert color="red">{problem}</Alert>}
          <Textarea
            label="Case and disease, a case in each line"
            description="Two columns from a spreadsheet, or CSV. An empty disease takes a case back to unknown; cases that you don’t name stay as they are."
            placeholder={'CASE-0001, HCM\nCASE-0002, DCM'}
            value={text}
            onChange={(event) => setPasted(event.currentTarget.value)}
            autosize
            minRows={8}
            maxRows={14}
            data-autofocus
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
          <Text size="sm" role="status">
            {pastedText(pasted)}
          </Text>
          {pasted.problems.length > 0 && (
            <Alert color="orange" title={`${plural(pasted.problems.length, 'line')} can’t be taken`}>
              <List size="sm">
                {pasted.problems.slice(0, SHOWN).map((line) => (
                  <List.Item key={line}>{line}</List.Item>
                ))}
              </List>
              {pasted.problems.length > SHOWN && <Text size="sm">and {pasted.problems.length - SHOWN} more.</Text>}
            </Alert>
          )}
          <Group justify="space-between">
            <FileButton onChange={(file) => void open(file)} accept=".csv,.tsv,.txt,text/csv">
              {(props) => (
                <Button variant="default" {...props}>
                  Open a file
                </Button>
              )}
            </FileButton>
            <Group>
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={busy} disabled={pasted.rows.length === 0 || pasted.problems.length > 0}>
                Set {pasted.rows.length ? plural(pasted.rows.length, 'case') : ''}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
