/** Keys that a person changed, over those that tools and actions come with. */
import { useQuery } from '@tanstack/react-query';

import { queryClient } from '../api/queries';
import { loadPreferences, localPreferences, savePreference } from './preferences';

/** Tool or action id -> key, as `useKeys` names keys; empty: none. */
export type OwnKeys = Record<string, string>;

const ENTRY = 'keys';
const QUERY = ['preferences'];
const NO_KEYS: OwnKeys = {};

/** The keys that this person changed. */
export function useOwnKeys(): OwnKeys {
  const query = useQuery({ queryKey: QUERY, queryFn: loadPreferences, staleTime: Infinity, placeholderData: localPreferences });
  const keys = query.data?.[ENTRY];
  return typeof keys === 'object' && keys !== null ? (keys as OwnKeys) : NO_KEYS;
}

export function saveOwnKeys(keys: OwnKeys): Promise<void> {
  queryClient.setQueryData(QUERY, (before: object | undefined) => ({ ...before, [ENTRY]: keys }));
  return savePreference(ENTRY, () => keys);
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
