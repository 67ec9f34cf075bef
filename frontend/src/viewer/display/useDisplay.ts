import { createContext, useContext, useMemo, useState } from 'react';

import type { Orientation, Turn } from '../view';
import { UPRIGHT } from '../view';
import { COLOR_TABLES, type ColorName, type ColorTable, usualColors } from './colors';
import type { Preset } from './windows';

export type Overlay = 'all' | 'little' | 'none';

/** How the images of the room are shown. Where each pane is panned and zoomed to is its own. */
export interface Display {
  /** null: what is usual for the kind of image. */
  colors: ColorName | null;
  inverted: boolean;
  orientation: Orientation;
  /** The window chosen last; a new object each time it is chosen, so that choosing it again works. */
  preset: Preset | null;
  /** Counts how often the heart was asked to fill the pane. */
  heart: number;
  overlay: Overlay;
  /** A magnifier follows the mouse. */
  lens: boolean;
  toggleLens(): void;
  setColors(colors: ColorName | null): void;
  invert(): void;
  turn(): void;
  flip(across: 'horizontal' | 'vertical'): void;
  choose(preset: Preset): void;
  zoomToHeart(): void;
  nextOverlay(): void;
  /** Upright, usual colours, first window. */
  reset(): void;
}

const OVERLAYS: Overlay[] = ['all', 'little', 'none'];

export function useDisplay(): Display {
  const [colors, setColors] = useState<ColorName | null>(null);
  const [inverted, setInverted] = useState(false);
  const [orientation, setOrientation] = useState<Orientation>(UPRIGHT);
  const [preset, setPreset] = useState<Preset | null>(null);
  const [heart, setHeart] = useState(0);
  const [overlay, setOverlay] = useState<Overlay>('all');
  const [lens, setLens] = useState(false);
  return useMemo(
    () => ({
      colors,
      inverted,
      orientation,
      preset,
      heart,
      overlay,
      lens,
      toggleLens: () => setLens((on) => !on),
      setColors,
      invert: () => setInverted((on) => !on),
      turn: () => setOrientation((o) => ({ ...o, turn: ((o.turn + 1) % 4) as Turn })),
      flip: (across) => setOrientation((o) => flipped(o, across)),
      choose: (chosen) => setPreset({ ...chosen }),
      zoomToHeart: () => setHeart((n) => n + 1),
      nextOverlay: () => setOverlay((o) => OVERLAYS[(OVERLAYS.indexOf(o) + 1) % OVERLAYS.length]!),
      reset: () => {
        setColors(null);
        setInverted(false);
        setOrientation(UPRIGHT);
        setPreset(null);
      },
    }),
    [colors, inverted, orientation, preset, heart, overlay, lens],
  );
}

/** Mirrored as it is seen: the view mirrors before it turns, so a turned image needs the other turn. */
export function flipped({ turn, flip }: Orientation, across: 'horizontal' | 'vertical'): Orientation {
  const opposite = ((4 - turn) % 4) as Turn;
  return across === 'horizontal' ? { turn: opposite, flip: !flip } : { turn: ((opposite + 2) % 4) as Turn, flip: !flip };
}

const nothing = () => undefined;

/** What a viewport outside of a room gets. */
const PLAIN: Display = {
  colors: null,
  inverted: false,
  orientation: UPRIGHT,
  preset: null,
  heart: 0,
  overlay: 'all',
  lens: false,
  toggleLens: nothing,
  setColors: nothing,
  invert: nothing,
  turn: nothing,
  flip: nothing,
  choose: nothing,
  zoomToHeart: nothing,
  nextOverlay: nothing,
  reset: nothing,
};

export const DisplayContext = createContext<Display>(PLAIN);
export const useRoomDisplay = (): Display => useContext(DisplayContext);

/** The colours that images of a kind have in this room. */
export function useColorTable(kind: string, component: string): ColorTable {
  const { colors, inverted } = useRoomDisplay();
  const name = colors ?? usualColors(kind, component);
  return useMemo(() => (inverted ? COLOR_TABLES[name].table.slice().reverse() : COLOR_TABLES[name].table), [name, inverted]);
}
