import type { Parts } from '../../cmr/geometry';
import { type Controlled, controlled } from '../../cmr/spline';

// a contour keeps its control points while it is worked on; one that comes from the server gets new ones
const known = new WeakMap<Parts, Controlled[]>();

export function controlsOf(parts: Parts): Controlled[] {
  let curves = known.get(parts);
  if (!curves) known.set(parts, (curves = parts.map(controlled)));
  return curves;
}

export function rememberControls(parts: Parts, curves: Controlled[]): void {
  known.set(parts, curves);
}
