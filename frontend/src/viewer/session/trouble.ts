/** Why work isn't on the server yet, and whether waiting helps. */
import { ApiError, messageOf, Offline } from '../../api/client';

export interface Trouble {
  sign: 'offline' | 'failing' | 'signed_out' | 'refused';
  message: string;
  cause: unknown;
  /** Sending again by itself may help. */
  retry: boolean;
}

/** The operation of a batch that the server can't take as it is, and what it says of it; null where it names none. */
export function unusableOf(error: unknown): { index: number; message: string } | null {
  if (!(error instanceof ApiError) || error.status !== 422) return null;
  for (const [where, says] of Object.entries(error.details)) {
    const named = /^operations\.(\d+)$/.exec(where);
    if (named) return { index: Number(named[1]), message: [says].flat().join(' ') };
  }
  return null;
}

export function troubleOf(error: unknown): Trouble {
  const message = messageOf(error);
  if (!(error instanceof ApiError)) return { sign: error instanceof Offline ? 'offline' : 'failing', message, retry: true, cause: error };
  if (error.status === 401) return { sign: 'signed_out', message: 'Your session has ended. Sign in again; nothing is lost.', retry: false, cause: error };
  const passes = error.status >= 500 || error.status === 429 || ['concurrent_save', 'csrf_failed'].includes(error.code);
  if (passes) return { sign: 'failing', message, retry: true, cause: error };
  return { sign: 'refused', message, retry: false, cause: error };
}
