/** What several features ask for, under one cache key each. */
import { QueryClient, useQuery } from '@tanstack/react-query';

import { api, ApiError } from './client';
import type { Project, Session } from './types';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // what the server refuses stays refused; a lost connection or a server in trouble is tried again
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 3,
      refetchOnWindowFocus: true,
    },
  },
});

export const useSession = () =>
  useQuery({ queryKey: ['session'], queryFn: () => api.get<Session>('/session/'), staleTime: 60_000 });

export const useProject = (slug: string) =>
  useQuery({ queryKey: ['project', slug], queryFn: () => api.get<Project>(`/projects/${slug}/`), enabled: slug !== '' });

export function useMay(slug: string): (permission: string) => boolean {
  const held = useProject(slug).data?.my_permissions;
  return (permission) => held?.includes(permission) ?? false;
}
