import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import type { BehindPoint } from '../../api/agreement';
import { api } from '../../api/client';
import { Busy, ErrorNote } from '../../components/Notice';
import { Page } from '../../components/Page';
import { useStack } from '../../viewer/stack';
import { Both } from './Both';

/** The contours behind a point of the statistics. */
export function BehindPage() {
  const { slug = '', caseId = '' } = useParams();
  const [params] = useSearchParams();
  const query = useQuery({
    queryKey: ['behind-point', slug, caseId, params.toString()],
    queryFn: ({ signal }) => api.get<BehindPoint>(`/projects/${slug}/agreement/cases/${caseId}/contours/?${params}`, signal),
  });
  const found = query.data;
  const { open, error } = useStack(found && slug, found?.stack_id);
  const wrong = query.error ?? error;
  if (wrong)
    return (
      <Page title="Contours of both">
        <ErrorNote error={wrong} retry={() => void query.refetch()} />
        <Button component={Link} to={`/p/${slug}/agreement`} variant="default" mt="md">
          Back to the statistics
        </Button>
      </Page>
    );
  if (!found || !open) return <Busy label="Opening the contours of both" />;
  return <Both slug={slug} found={found} open={open} />;
}
