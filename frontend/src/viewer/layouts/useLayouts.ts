import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { ReadStack, Stack } from '../../api/types';
import { loadPreferences, localPreferences, savePreference, type ViewerPreferences } from '../preferences';
import { ED_ES, SINGLE } from './builtin';
import { layoutsOf } from './layout';
import { type Candidate, layoutsFor, type Offer } from './matching';

export interface Layouts {
  offers: Offer[];
  current: Offer;
  choose: (id: string) => void;
  /** ED | ES, or back to one image. */
  toggleEdEs: () => void;
  menuOpen: boolean;
  setMenuOpen: (open: boolean) => void;
}

const NAME = 'layouts';

function remembered(preferences: ViewerPreferences, kind: string): string | null {
  const layouts = preferences[NAME];
  const id = typeof layouts === 'object' && layouts !== null ? (layouts as Record<string, unknown>)[kind] : null;
  return typeof id === 'string' ? id : null;
}

/** The stack that is read is always there, even where a list of the case's stacks isn't given. */
function withRead(stacks: ReadStack[], open: Stack): Candidate[] {
  if (stacks.some((s) => s.is_read)) return stacks;
  const { sequence_kind, view, component, condition, n_slices } = open.meta;
  return [{ id: open.id, sequence_kind, view, component, condition, n_slices, is_read: true }, ...stacks];
}

/** The layouts of a case, and the one chosen: remembered per person and kind of the stack that is read. */
export function useLayouts(stacks: ReadStack[], open: Stack, protocolLayouts: unknown): Layouts {
  const kind = open.meta.sequence_kind || 'cine';
  const [chosen, setChosen] = useState(() => remembered(localPreferences(), kind));
  const touched = useRef(false);
  const [menuOpen, setMenuOpen] = useState(false);
  const offers = useMemo(() => layoutsFor(withRead(stacks, open), layoutsOf(protocolLayouts)), [stacks, open, protocolLayouts]);
  // a protocol that brings layouts means them; without any, one image
  const current = offers.find((o) => o.id === chosen) ?? offers[0]!;

  useEffect(() => {
    let gone = false;
    void loadPreferences().then((found) => !gone && !touched.current && setChosen(remembered(found, kind)));
    return () => {
      gone = true;
    };
  }, [kind]);

  const choose = useCallback(
    (id: string) => {
      touched.current = true;
      setChosen(id);
      void savePreference(NAME, (before) => ({ ...(before as object | undefined), [kind]: id }));
    },
    [kind],
  );
  const toggleEdEs = useCallback(() => choose(current.id === ED_ES ? SINGLE : ED_ES), [choose, current.id]);
  return { offers, current, choose, toggleEdEs, menuOpen, setMenuOpen };
}
