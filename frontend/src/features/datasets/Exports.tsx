import { Alert, Button, Checkbox, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../../api/client';
import type { DatasetDetail } from '../../api/types';
import { number } from '../../components/format';
import { JobLine } from '../../components/JobLine';

export const FORMATS = [
  { value: 'dicom_seg', label: 'DICOM SEG', note: 'Binary, one file per phase' },
  { value: 'dicom_seg_cine', label: 'DICOM SEG over time', note: 'All labelled phases in one file' },
  { value: 'dicom_seg_labelmap', label: 'DICOM SEG label map', note: 'One value per pixel' },
  { value: 'dicom_sr', label: 'DICOM SR', note: 'Numbers and answers with their authors' },
  { value: 'rtstruct', label: 'RTSTRUCT', note: 'Contours as drawn, in millimetres' },
  { value: 'nifti', label: 'NIfTI and JSON', note: 'Images, labels, contours, times' },
  { value: 'nnunet', label: 'nnU-Net v2', note: 'Raw data layout with this split' },
  { value: 'monai', label: 'MONAI datalist', note: 'Brings NIfTI' },
  { value: 'coco', label: 'COCO', note: '16-bit images and run lengths' },
  { value: 'tables', label: 'Parquet and CSV', note: 'Measurements and answers' },
  { value: 'croissant', label: 'Croissant', note: 'Metadata; brings the tables' },
];
const TITLES = new Map(FORMATS.map((format) => [format.value, format.label]));

export function Exports({ dataset, mayExport }: { dataset: DatasetDetail; mayExport: boolean }) {
  const client = useQueryClient();
  const [formats, setFormats] = useState(['dicom_seg', 'nifti', 'nnunet', 'tables']);
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    setProblem(null);
    setAsking(true);
    try {
      await api.post(`/datasets/${dataset.id}/exports/`, { formats });
      await client.invalidateQueries({ queryKey: ['dataset', dataset.id] });
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setAsking(false);
    }
  };
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Export
      </Title>
      {problem && (
        <Alert color="red" mb="xs">
          {problem}
        </Alert>
      )}
      {mayExport && (
        <Stack gap="sm">
          <Checkbox.Group value={formats} onChange={setFormats} aria-label="Formats">
            <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }} spacing="sm">
              {FORMATS.map((format) => (
                <Checkbox key={format.value} value={format.value} label={format.label} description={format.note} />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
          <Group>
            <Button variant="default" loading={asking} disabled={formats.length === 0} onClick={() => void ask()}>
              Export
            </Button>
            <Text size="sm" c="dimmed">
              A worker makes one ZIP. It goes on after a restart, and every file stands in SHA256SUMS.
            </Text>
          </Group>
        </Stack>
      )}
      {dataset.exports.length === 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          Nothing was exported yet.{mayExport ? ' Choose formats above.' : ''}
        </Text>
      )}
      <Stack gap="sm" mt="sm">
        {dataset.exports.map((row) => (
          <Group key={row.id} align="flex-start">
            <Stack gap={2} flex={1}>
              <JobLine job={row.job} />
              <Text size="xs" c="dimmed">
                {row.formats.map((name) => TITLES.get(name) ?? name).join(', ')}
                {row.size !== null && ` · ${size(row.size)}`}
              </Text>
              {row.sha256 && (
                <Text size="xs" c="dimmed">
                  SHA-256 <code style={{ overflowWrap: 'anywhere' }}>{row.sha256}</code>
                </Text>
              )}
            </Stack>
            {row.download_url && (
              <Button component="a" href={row.download_url} size="compact-sm" variant="light" download>
                Download
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

function size(bytes: number): string {
  const mb = bytes / 2 ** 20;
  return mb < 1024 ? `${mb < 10 ? mb.toFixed(1) : number(Math.round(mb))} MB` : `${(mb / 1024).toFixed(1)} GB`;
}
