/** How a person likes their viewer: kept on the server for them alone, and in this browser for when that can't be asked. */
import { api } from '../api/client';

export type ViewerPreferences = Record<string, unknown>;

const LOCAL = 'accord.viewer';
const PATH = '/me/preferences/';

export function localPreferences(): ViewerPreferences {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(LOCAL) ?? '{}');
    return typeof found === 'object' && found !== null ? (found as ViewerPreferences) : {};
  } catch {
    return {};
  }
}

function keepLocally(preferences: ViewerPreferences): void {
  try {
    localStorage.setItem(LOCAL, JSON.stringify(preferences));
  } catch {
    // a browser that keeps nothing still has the server
  }
}

/** The server's; this browser's where it can't be asked. */
export async function loadPreferences(): Promise<ViewerPreferences> {
  try {
    const { viewer } = await api.get<{ viewer: ViewerPreferences }>(PATH);
    keepLocally(viewer);
    return viewer;
  } catch {
    return localPreferences();
  }
}

// one save after the other: each reads what the one before wrote
let saving: Promise<void> = Promise.resolve();

/** Change one entry and leave the others as they are. */
export function savePreference(name: string, change: (before: unknown) => unknown): Promise<void> {
  const local = localPreferences();
  keepLocally({ ...local, [name]: change(local[name]) });
  saving = saving.then(async () => {
    try {
      const { viewer } = await api.get<{ viewer: ViewerPreferences }>(PATH);
      await api.put(PATH, { viewer: { ...viewer, [name]: change(viewer[name]) } });
    } catch {
      // kept in this browser
    }
  });
  return saving;
}
