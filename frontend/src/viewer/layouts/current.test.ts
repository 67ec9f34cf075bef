import { describe, expect, it } from 'vitest';

import { BUILT_IN, ED_ES, SINGLE } from './builtin';
import { currentPane, movesInTime } from './current';

/** The panes of a built-in layout, with ED at phase 1 and ES at phase 10. */
const panesOf = (id: string, phase: number) =>
  BUILT_IN.find((layout) => layout.id === id)!.panes.map((spec) => ({ spec, phase: spec.phase === 'ed' ? 1 : spec.phase === 'es' ? 10 : phase }));

describe('the pane that keys act on', () => {
  const at = (phase: number, before: 'ed' | 'es' | null = null) => currentPane(panesOf(ED_ES, phase), phase, before)?.spec.phase;

  it('is one that is on the screen: ED at first', () => {
    expect(at(6)).toBe('ed');
    expect(at(1)).toBe('ed');
    expect(at(10)).toBe('es');
  });

  it('stays the same where the phase moves on, or ED and ES move', () => {
    expect(at(6, 'es')).toBe('es');
    expect(at(9, 'es')).toBe('es');
    expect(at(1, 'es')).toBe('ed');
  });

  it('is not asked for where a pane of the read goes with the cine', () => {
    expect(currentPane(panesOf(SINGLE, 6), 6, null)).toBeNull();
    expect(currentPane(panesOf('sax-lax', 6), 6, null)).toBeNull();
    expect(currentPane(panesOf('flow', 6), 6, null)).toBeNull();
  });

  it('follows time where something else does', () => {
    expect(movesInTime(panesOf(ED_ES, 0))).toBe(false);
    expect(movesInTime([...panesOf(ED_ES, 0), ...panesOf('flow', 0)])).toBe(true);
  });
});
