/** What propagation starts from and what it may write. Pure. */
import type { Annotation } from '../../api/types';
import type { Parts } from '../../cmr/geometry';
import { type Beat, cropAround, type Drawn, type Source } from '../../cmr/registration/chain';
import { cut, normalised, type Picture } from '../../cmr/registration/picture';
import type { Frame } from '../pixels';
import { type Held, keyOf } from '../session/contents';
import type { ContourKey } from '../session/journal';
import type { Places } from '../stack';

export const keyAt = (places: Places, structure: string, slice: number, phase: number): ContourKey | null => {
  const address = places.address(slice, phase);
  return address && { structure, sop_instance_uid: address.sop_instance_uid, frame_number: address.frame_number };
};

/** The contour at a place; null where nothing is drawn. */
export function drawnAt(held: Held, places: Places, structure: string, slice: number, phase: number): Annotation | null {
  const key = keyAt(places, structure, slice, phase);
  const found = key && held.annotations.get(keyOf(key));
  return found && found.parts.length > 0 ? found : null;
}

/** All contours of one frame, whatever their state. */
export function frameDrawn(held: Held, places: Places, structures: string[], slice: number, phase: number): Drawn {
  const drawn: Drawn = {};
  for (const code of structures) {
    const found = drawnAt(held, places, code, slice, phase);
    if (found) drawn[code] = found.parts;
  }
  return drawn;
}

/**
 * Where the contours of a slice come from: the phases that a person accepted or edited. Where there
 * is none, the frame shown is what the reader points at. Structures with the same phases go together.
 */
export function sourcesOf(held: Held, places: Places, structures: string[], slice: number, shown: number | null): Source[][] {
  const groups = new Map<string, Source[]>();
  for (const code of structures) {
    const phases: number[] = [];
    for (let phase = 0; phase < places.stack.meta.n_phases; phase += 1) {
      const found = drawnAt(held, places, code, slice, phase);
      if (found && found.state !== 'auto') phases.push(phase);
    }
    if (phases.length === 0 && shown !== null && drawnAt(held, places, code, slice, shown)) phases.push(shown);
    if (phases.length === 0) continue;
    const group = groups.get(phases.join()) ?? phases.map((phase): Source => ({ phase, drawn: {} }));
    for (const source of group) source.drawn[code] = drawnAt(held, places, code, slice, source.phase)!.parts;
    groups.set(phases.join(), group);
  }
  return [...groups.values()];
}

/** The frames of a slice, cut around the contours and made equally bright; null where there is nothing to follow. */
export function beatOf(frames: (Frame | null)[], sources: Source[], spacingMm: readonly [number, number]): Beat | null {
  const some = frames.find((frame) => frame !== null);
  const parts: Parts = sources.flatMap((source) => Object.values(source.drawn).flat());
  const crop = some && cropAround(parts, some.rows, some.columns, spacingMm);
  if (!some || !crop) return null;
  const cuts = frames.map((frame) => (frame ? cut(frame.values, frame.columns, crop) : null));
  frames.forEach((frame, i) => {
    // scanners that rescale each frame on its own would flicker without this
    if (frame && (frame.slope !== 1 || frame.intercept !== 0)) cuts[i]!.data = cuts[i]!.data.map((v) => v * frame.slope + frame.intercept);
  });
  const even = normalised(cuts.filter((picture): picture is Picture => picture !== null));
  return { crop, pictures: cuts.map((picture) => (picture ? even.shift()! : null)) };
}
