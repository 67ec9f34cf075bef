import { Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, messageOf } from '../../api/client';
import { plural } from '../../components/format';
import { type BatchData, leftOut } from './workloadText';

/** Drafts for every case of the project that lacks one. */
export function PreannotateAll({ slug }: { slug: string }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const path = `/projects/${slug}/preannotate/all/`;
  const plan = useQuery({ queryKey: ['cases', slug, 'batch'], queryFn: ({ signal }) => api.get<BatchData>(path, signal) });
  if (!plan.data) return null;
  const run = async () => {
    setAsking(true);
    try {
      const done = await api.post<BatchData>(path);
      notifications.show({ message: `${plural(done.queued, 'draft')} queued. Progress is under Jobs. ${leftOut(done.skipped)}` });
      await client.invalidateQueries({ queryKey: ['cases'] });
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    } finally {
      setAsking(false);
    }
  };
  const { due, skipped } = plan.data;
  if (due === 0) return null;
  return (
    <Tooltip label={leftOut(skipped)} disabled={!leftOut(skipped)} multiline maw={360}>
      <Button variant="default" loading={asking} onClick={() => void run()}>
        Pre-annotate {plural(due, 'case')}
      </Button>
    </Tooltip>
  );
}
