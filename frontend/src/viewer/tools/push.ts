import { IconArrowBarBoth } from '@tabler/icons-react';

import { combined, sweptDisc } from '../../cmr/clip';
import { rounded } from '../../cmr/edit';
import type { Parts, Point } from '../../cmr/geometry';
import { isInside, signedAreaPx, simplified, withoutLoops } from '../../cmr/outline';
import { LEAST_AREA_PX } from '../../cmr/stroke';
import { contourKeys } from './contourKeys';
import type { Gesture, Pointer, Stage, ToolDefinition } from './gesture';
import { trailOf } from './gesture';
import { paintRing } from './marks';

const RADII_PX = [1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30]; // image columns
let chosen = RADII_PX.indexOf(6);

const radiusPx = (): number => RADII_PX[chosen]!;

function resize(step: number): void {
  chosen = Math.min(RADII_PX.length - 1, Math.max(0, chosen + step));
}

/** The contour gives way to a disc: outwards when it is pressed inside, inwards from outside. */
function begin(at: Pointer, stage: Stage): Gesture | null {
  const { target, view } = stage;
  if (!target || target.parts.length === 0) return null;
  const how = isInside(target.parts, at.image) ? 'join' : 'cut';
  const radius = radiusPx();
  let here = at.image;
  let pushed = target.parts;
  const sweep = (to: Point) => {
    const next = combined(pushed, sweptDisc(here, to, radius, view.ratio), how);
    here = to;
    // a hundredth of a pixel keeps points few while the disc goes over the same place again
    if (next) pushed = worthKeeping(next, 0.01).map((part) => simplified(part, 0.01));
  };
  const show = () => target.edit(pushed, false);
  sweep(at.image);
  show();
  return {
    move: (to) => {
      for (const point of trailOf(to)) sweep(point);
      show();
    },
    release: () => {
      const left = rounded(worthKeeping(pushed, LEAST_AREA_PX / 4).map((part) => withoutLoops(simplified(part))));
      // a push that never touched the contour changes nothing
      if (isSame(left, target.parts)) target.edit(null, false);
      else target.edit(left, true);
      return 'done';
    },
    cancel: () => target.edit(null, false),
  };
}

/** Slivers that a disc cut off are no parts. */
const worthKeeping = (parts: Parts, leastAreaPx: number): Parts => parts.filter((part) => Math.abs(signedAreaPx(part)) >= leastAreaPx);

const isSame = (a: Parts, b: Parts): boolean => {
  const area = (parts: Parts) => parts.reduce((sum, part) => sum + Math.abs(signedAreaPx(part)), 0);
  return a.length === b.length && Math.abs(area(a) - area(b)) < 1e-3;
};

export const pushTool: ToolDefinition = {
  id: 'push',
  label: 'Push',
  hint: 'Push the contour out from inside, in from outside. [ and ] or Shift + wheel: size',
  shortcut: 'r',
  icon: IconArrowBarBoth,
  group: 'contour',
  cursor: 'crosshair',
  edits: true,
  begin,
  hover: ({ image }, { view, target }, context) => {
    if (target) paintRing(context, view, sweptDisc(image, image, radiusPx(), view.ratio));
  },
  keys: { ...contourKeys, '[': () => resize(-1), ']': () => resize(1) },
  wheel: resize,
};
