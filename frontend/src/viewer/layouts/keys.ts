import type { Keys } from '../useKeys';
import type { Layouts } from './useLayouts';

const MOST_KEYS = 9;

/** Shift+1 to 9 in the menu's order, L for the menu, B for ED | ES. */
export function layoutKeys(layouts: Layouts): Keys {
  const keys: Keys = { l: () => layouts.setMenuOpen(!layouts.menuOpen), b: layouts.toggleEdEs };
  layouts.offers.slice(0, MOST_KEYS).forEach((offer, i) => {
    keys[`Shift+${i + 1}`] = () => layouts.choose(offer.id);
  });
  return keys;
}
