import { rounded, withoutPartAt, withPart } from '../../cmr/edit';
import type { Parts, Polygon } from '../../cmr/geometry';
import type { Pointer, Stage, Target } from './gesture';

/** Store a drawn outline, instead of the contour or as one more part of it; what was stored. */
export function store(target: Target, outline: Polygon, adds: boolean): Parts {
  const parts = rounded(adds ? withPart(target.parts, outline) : [outline]);
  target.edit(parts, true);
  return parts;
}

/** The part under the pointer goes; Delete alone takes the whole contour. */
function removePart({ image }: Pointer, { target }: Stage): void {
  const left = target && withoutPartAt(target.parts, image);
  if (left) target.edit(left, true);
}

/** Keys of every contour tool, where the pointer is. */
export const contourKeys = { 'Ctrl+Delete': removePart, 'Ctrl+Backspace': removePart };
