/** Keys act on the current phase: which one it is where the panes of the read stand still. Pure. */
import type { PaneSpec } from './layout';

export interface Shown {
  spec: PaneSpec;
  phase: number;
}

/**
 * The pane of the read that is current: the one with the phase, else the one that was before, else
 * the first. null where a pane of the read shows any phase.
 */
export function currentPane<T extends Shown>(panes: readonly T[], phase: number, before: PaneSpec['phase'] | null): T | null {
  const own = panes.filter(({ spec }) => spec.stack === 'read');
  if (own.some(({ spec }) => spec.phase === 'cine')) return null;
  return own.find((pane) => pane.phase === phase) ?? own.find(({ spec }) => spec.phase === before) ?? own[0] ?? null;
}

/** Whether moving on in time moves something: another stack beside panes that stand still. */
export const movesInTime = (panes: readonly Pick<Shown, 'spec'>[]): boolean => panes.some(({ spec }) => spec.phase === 'cine' && spec.role === undefined);
