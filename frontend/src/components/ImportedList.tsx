import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';

import type { ImportedAnnotations } from '../api/types';
import { title } from './AgreementTable';
import { plural, when } from './format';

const FORMS: Record<string, string> = {
  seg: 'DICOM SEG',
  rtstruct: 'RTSTRUCT',
  nifti: 'NIfTI',
  sunnybrook: 'Sunnybrook contours',
  cvi42: 'cvi42 workspace',
  set: 'research set',
};

/** Files of annotations that came from elsewhere; the contours themselves only once they may be seen. */
export function ImportedList({ rows }: { rows: ImportedAnnotations[] }) {
  return (
    <Stack gap="sm">
      {rows.map((row) => (
        <div key={row.id}>
          <Text size="sm" fw={600}>
            {row.read_id ? (
              <Anchor component={Link} to={`/read/${row.read_id}`} inherit>
                {row.source}
              </Anchor>
            ) : (
              row.source
            )}
          </Text>
          <Text size="xs" c="dimmed">
            {[plural(row.n_contours, 'contour'), row.structures.map(title).join(', '), FORMS[row.form] ?? row.form, when(row.imported_at)].join(' · ')}
          </Text>
          {row.notes.map((note) => (
            <Text key={`${note.code} ${note.message}`} size="xs" c="dimmed">
              {note.count > 1 ? `${note.count} × ` : ''}
              {note.message}
            </Text>
          ))}
        </div>
      ))}
    </Stack>
  );
}
