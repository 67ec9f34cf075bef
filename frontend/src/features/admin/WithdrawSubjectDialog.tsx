import { Alert, Anchor, Button, Group, Modal, PasswordInput, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';

import { api } from '../../api/client';
import { useMay } from '../../api/queries';
import type { Consequences, Subject, Withdrawal } from '../../api/subjects';
import { capital, number, when } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { useForm } from '../../components/useForm';

interface Props {
  slug: string;
  /** None: the dialog is closed. */
  subject: Subject | null;
  onClose: () => void;
}

/** What would go and what had used the subject; then the reason and the password. */
export function WithdrawSubjectDialog({ slug, subject, onClose }: Props) {
  return (
    <Modal opened={subject !== null} onClose={onClose} title={`Withdraw ${subject?.label ?? ''}`} centered size="lg">
      {subject && <WithdrawForm slug={slug} subject={subject} onClose={onClose} />}
    </Modal>
  );
}

function WithdrawForm({ slug, subject, onClose }: Props & { subject: Subject }) {
  const client = useQueryClient();
  const path = `/projects/${slug}/subjects/${subject.id}/withdrawal/`;
  const preview = useQuery({
    queryKey: ['withdrawal-preview', subject.id],
    queryFn: () => api.post<Withdrawal>(`${path}preview/`),
    gcTime: 0, // what is true now, not what was when somebody looked before
  });
  const form = useForm({ reason: '', password: '' }, async (values) => {
    await api.post<Withdrawal>(path, values);
    notifications.show({ message: `${subject.label} is withdrawn.`, color: 'green' });
    onClose();
    await client.invalidateQueries();
  });
  const ready = preview.data !== undefined && form.values.reason.trim() !== '' && form.values.password !== '';
  return (
    <Stack gap="md">
      <Loaded query={preview} label="Finding what would go">
        {(found) => <What title="Will be deleted" found={found} slug={slug} />}
      </Loaded>
      <form onSubmit={(event) => void form.submit(event)} autoComplete="off">
        <Stack gap="sm">
          {form.problem && (
            <Alert color="red" role="alert">
              {form.problem}
            </Alert>
          )}
          <Textarea label="Reason" description="Kept. Don’t write a name." required data-autofocus maxLength={200} autosize minRows={2} {...form.text('reason')} />
          <PasswordInput label="Your password" required autoComplete="current-password" {...form.text('password')} />
          <Text size="sm" fw={600}>
            There is no way back.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={form.busy} disabled={!ready}>
              Withdraw for good
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}

/** What a withdrawal of the past removed. */
export function WithdrawnDialog({ slug, subject, onClose }: Props) {
  const gone = subject?.withdrawn;
  return (
    <Modal opened={subject !== null} onClose={onClose} title={`${subject?.label ?? ''} is withdrawn`} centered size="lg">
      {gone && (
        <Stack gap="md">
          <Text size="sm">
            {when(gone.at)}, by {gone.by}. Reason: {gone.reason}
          </Text>
          <What title="Deleted" found={gone} slug={slug} />
        </Stack>
      )}
    </Modal>
  );
}

const USERS = [
  ['datasets', 'Datasets, marked: not exported or trained on again'],
  ['test_sets', 'Test sets, marked: not used again'],
  ['models', 'Models that learned from it; they stay, so decide about them'],
] as const;

function What({ title, found, slug }: { title: string; found: Consequences; slug: string }) {
  const may = useMay(slug);
  const removed = Object.entries(found.removed);
  const used = USERS.filter(([what]) => found.affected[what]?.length);
  return (
    <Stack gap="sm">
      <div>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Text size="sm">{removed.length > 0 ? capital(removed.map(([what, n]) => `${what} ${number(n)}`).join(', ')) : 'Nothing is held of it.'}</Text>
      </div>
      {used.map(([what, heading]) => (
        <div key={what}>
          <Text size="sm" fw={600}>
            {heading}
          </Text>
          <Text size="sm">
            {found.affected[what]!.map((row, index) => (
              <span key={row.id}>
                {index > 0 && ', '}
                {what === 'models' && may('view_models') ? (
                  <Anchor component={Link} to={`/p/${slug}/models/${row.id}`} size="sm">
                    {row.name} {row.version}
                  </Anchor>
                ) : (
                  `${row.name} ${row.version ?? ''}`.trim()
                )}
              </span>
            ))}
          </Text>
        </div>
      ))}
      {used.length === 0 && (
        <Text size="sm" c="dimmed">
          No dataset, test set or model used it.
        </Text>
      )}
    </Stack>
  );
}
