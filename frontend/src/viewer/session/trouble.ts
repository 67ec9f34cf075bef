/** Why work isn't on the server yet, and whether waiting helps. */
import { ApiError, messageOf, Offline } from '../../api/client';

export interface Trouble {
  sign: 'offline' | 'failing' | 'signed_out' | 'refused';
  message: string;
  cause: unknown;
  /** Sending again by itself may help. */
  retry: boolean;
}

export function troubleOf(error: unknown): Trouble {
  const message = messageOf(error);
  if (!(error instanceof ApiError)) return { sign: error instanceof Offline ? 'offline' : 'failing', message, retry: true, cause: error };
  if (error.status === 401) return { sign: 'signed_out', message: 'Your session has ended. Sign in again; nothing is lost.', retry: false, cause: error };
  const passes = error.status >= 500 || error.status === 429 || ['concurrent_save', 'csrf_failed'].includes(error.code);
  if (passes) return { sign: 'failing', message, retry: true, cause: error };
  return { sign: 'refused', message, retry: false, cause: error };
}
