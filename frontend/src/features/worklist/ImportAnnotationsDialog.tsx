import { Alert, Button, FileInput, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, ApiError, messageOf } from '../../api/client';
import type { ImportedAnnotations } from '../../api/types';
import { plural } from '../../components/format';

interface Props {
  slug: string;
  caseId: string;
  opened: boolean;
  onClose: () => void;
}

/** One file of annotations for one case. The phase is asked for where the file needs one. */
export function ImportAnnotationsDialog({ slug, caseId, opened, onClose }: Props) {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [source, setSource] = useState('');
  const [phase, setPhase] = useState<number | null>(null);
  const [asksPhase, setAsksPhase] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setAsksPhase(false);
    setPhase(null);
    setProblem(null);
  };
  const close = () => {
    choose(null);
    setSource('');
    onClose();
  };
  const send = async () => {
    if (!file) return;
    setBusy(true);
    setProblem(null);
    const query = new URLSearchParams({ source });
    if (phase !== null) query.set('phase', String(phase - 1));
    try {
      const row = await api.post<ImportedAnnotations>(`/projects/${slug}/cases/${caseId}/annotations/import/?${query}`, file);
      await client.invalidateQueries({ queryKey: ['case', caseId] });
      notifications.show({ message: `${plural(row.n_contours, 'contour')} imported.`, color: 'green' });
      close();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'phase_needed') setAsksPhase(true);
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title="Import annotations" centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack gap="sm">
          {problem && <Alert color={asksPhase ? 'orange' : 'red'}>{problem}</Alert>}
          <FileInput
            label="File"
            description="DICOM SEG or RTSTRUCT, NIfTI labels, a cvi42 workspace, or a zip of Sunnybrook contours"
            placeholder="Choose a file"
            value={file}
            onChange={choose}
            required
            data-autofocus
          />
          <TextInput
            label="Made by"
            description="A name without persons, such as a core laboratory. Empty: the kind of file."
            maxLength={120}
            value={source}
            onChange={(event) => setSource(event.currentTarget.value)}
          />
          {asksPhase && (
            <NumberInput
              label="Phase"
              description="As the viewer counts them, from 1"
              min={1}
              allowDecimal={false}
              value={phase ?? ''}
              onChange={(value) => setPhase(typeof value === 'number' ? value : null)}
            />
          )}
          <Text size="xs" c="dimmed">
            Nobody sees the contours before all reads of the case are in.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={!file}>
              Import
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
