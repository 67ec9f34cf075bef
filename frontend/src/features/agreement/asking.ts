/** The page's question stands in the URL, so that a link shows what its sender saw. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import type { StatPoint, StatPoints, Statistics } from '../../api/agreement';
import { api } from '../../api/client';
import type { Named } from './figures';

export const FILTERS = ['comparison', 'protocol', 'site', 'vendor', 'disease', 'reader'] as const;
const AGAIN_MS = 300; // the portal computes for two seconds on each request

export function useAsked() {
  const [params, setParams] = useSearchParams();
  const put = (name: string, values: string[]) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete(name);
        for (const value of values) if (value) next.append(name, value);
        return next;
      },
      { replace: true },
    );
  const clear = () => setParams(unfiltered, { replace: true });
  const filters = new URLSearchParams();
  for (const name of FILTERS) for (const value of params.getAll(name)) filters.append(name, value);
  return { params, put, clear, filters };
}

/** What is asked about without its filters, in one step: of several updates in one event only the last one counts. */
export function unfiltered(before: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(before);
  for (const name of FILTERS) if (name !== 'comparison') next.delete(name);
  return next;
}

export function useStatistics(slug: string) {
  const { filters } = useAsked();
  return useQuery({
    queryKey: ['statistics', slug, filters.toString()],
    queryFn: ({ signal }) => api.get<Statistics>(`/projects/${slug}/agreement/statistics/?${filters}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.pending ? AGAIN_MS : false),
  });
}

export function usePoints(slug: string, measure: string, pending: number) {
  const { filters } = useAsked();
  return useQuery({
    queryKey: ['statistics-points', slug, filters.toString(), measure, pending > 0],
    queryFn: ({ signal }) => api.get<StatPoints>(`/projects/${slug}/agreement/points/?${filters}&measure=${encodeURIComponent(measure)}`, signal),
    enabled: measure !== '' && pending === 0,
  });
}

export const namesOf = (found: Statistics): Named => Object.fromEntries(found.readers.map((r) => [r.key, r.label]));

/** To the contours behind a point. */
export function useOpenPoint(): (point: StatPoint | undefined) => void {
  const { slug = '' } = useParams();
  const navigate = useNavigate();
  const address = usePointAddress(slug);
  return (point) => {
    if (point) void navigate(address(point));
  };
}

export function usePointAddress(slug: string): (point: StatPoint) => string {
  const { params } = useAsked();
  return (point) => pointAddress(slug, params, point);
}

/** The page of both contours, under the comparison and protocol that are asked about. */
export function pointAddress(slug: string, asked: URLSearchParams, point: Pick<StatPoint, 'case_id' | 'reader_a' | 'reader_b'>): string {
  const kept = new URLSearchParams();
  for (const name of ['comparison', 'protocol']) if (asked.get(name)) kept.set(name, asked.get(name)!);
  kept.set('a', point.reader_a);
  kept.set('b', point.reader_b);
  return `/p/${slug}/agreement/contours/${point.case_id}?${kept}`;
}
