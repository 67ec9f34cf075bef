/** Keys that a person changed, over those that tools and actions come with. */
import { useQuery } from '@tanstack/react-query';

import { api } from '../api/client';
import { queryClient } from '../api/queries';

/** Tool or action id -> key, as `useKeys` names keys; empty: none. */
export type OwnKeys = Record<string, string>;

export interface ViewerPreferences {
  keys?: OwnKeys;
  [other: string]: unknown;
}

const QUERY = ['preferences'];
const HERE = 'accord-preferences'; // a copy for when the server can't be asked

export const NO_KEYS: OwnKeys = {};

export function usePreferences(): ViewerPreferences {
  const query = useQuery({ queryKey: QUERY, queryFn: load, staleTime: Infinity, placeholderData: here() });
  return query.data ?? here();
}

async function load(): Promise<ViewerPreferences> {
  const { viewer } = await api.get<{ viewer: ViewerPreferences }>('/me/preferences/');
  localStorage.setItem(HERE, JSON.stringify(viewer));
  return viewer;
}

function here(): ViewerPreferences {
  try {
    return JSON.parse(localStorage.getItem(HERE) ?? '{}') as ViewerPreferences;
  } catch {
    return {};
  }
}

/** Changes some of the preferences: shown at once, kept here, and sent. */
export async function savePreferences(change: Partial<ViewerPreferences>): Promise<void> {
  const viewer = { ...here(), ...(queryClient.getQueryData<ViewerPreferences>(QUERY) ?? {}), ...change };
  queryClient.setQueryData(QUERY, viewer);
  localStorage.setItem(HERE, JSON.stringify(viewer));
  await api.put('/me/preferences/', { viewer });
}

/** The keys that count: the person's own, else the usual ones. */
export const keysFor = (id: string, usual: string[], own: OwnKeys): string[] => {
  const changed = own[id];
  return changed === undefined ? usual : changed === '' ? [] : [changed];
};

/** Which other id has the key already; null where it is free. */
export function takenBy(key: string, id: string, entries: { id: string; keys: string[] }[]): string | null {
  return entries.find((entry) => entry.id !== id && entry.keys.includes(key))?.id ?? null;
}
