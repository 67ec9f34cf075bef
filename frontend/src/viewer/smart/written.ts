import { plural } from '../../components/format';
import type { By, ReadSession } from '../session/session';
import type { Made } from './useSmart';

/** Into the read, in one step to undo; says how many, and how many were left alone. */
export function written(session: ReadSession, made: Made[], how: string, by?: By): string {
  const n = session.computed(made, by);
  const left = made.length - n;
  const kept = left > 0 ? ` ${plural(left, 'contour')} that you settled stayed.` : '';
  return n === 0 ? `No contour was made.${kept}` : `${plural(n, 'contour')} ${how}, dashed till accepted.${kept}`;
}
