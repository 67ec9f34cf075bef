import type { Adjudication, Annotation } from '../../api/types';
import { rasterise } from '../../cmr/raster';
import { polygonAreaPx } from '../../cmr/area';
import type { Region, Shape } from '../../viewer/painting';
import type { Places } from '../../viewer/stack';

export const COLORS = { a: '#4c9bff', b: '#ff9f40' } as const;
const HATCH = 'rgba(255, 64, 110, 0.42)';

export type Side = 'a' | 'b';

/** Contours of one reading by structure, slice and phase. */
export class Reading {
  private readonly at = new Map<string, Annotation>();

  constructor(
    readonly key: Side,
    annotations: Annotation[],
    places: Places,
  ) {
    for (const a of annotations) {
      const place = a.parts.length > 0 ? places.of(a) : null;
      if (place) this.at.set(`${a.structure}/${place[0]}/${place[1]}`, a);
    }
  }

  find(structure: string, slice: number, phase: number): Annotation | null {
    return this.at.get(`${structure}/${slice}/${phase}`) ?? null;
  }
}

export function readingsOf(found: Adjudication, places: Places): Reading[] {
  return found.readings.map((r) => new Reading(r.key, r.annotations, places));
}

export function shapesOf(readings: Reading[], structure: string, slice: number, phase: number): Shape[] {
  return readings.flatMap((reading) => {
    const held = reading.find(structure, slice, phase);
    return held ? [{ key: reading.key, parts: held.parts, color: COLORS[reading.key], width: 1.9 }] : [];
  });
}

/** What lies inside one reading's contour and not the other's. */
export function disagreement(readings: Reading[], structure: string, slice: number, phase: number, rows: number, columns: number): Region[] {
  const [first, second] = readings.map((r) => r.find(structure, slice, phase)?.parts ?? []);
  if (!first?.length && !second?.length) return [];
  const a = rasterise(first ?? [], rows, columns);
  const b = rasterise(second ?? [], rows, columns);
  return [{ mask: a.map((v, i) => (v === b[i] ? 0 : 1)), color: HATCH }];
}

export interface Difference {
  structure: string;
  slice: number;
  phase: number;
  deltaMl: number;
}

/** The largest differences first: where the ml come from. */
export function differences(found: Adjudication, readings: Reading[], places: Places, phases: number[]): Difference[] {
  const { n_slices, pixel_spacing_mm, slice_spacing_mm } = places.stack.meta;
  const ml = (pixel_spacing_mm[0] * pixel_spacing_mm[1] * slice_spacing_mm) / 1000;
  const rows: Difference[] = [];
  for (const phase of phases)
    for (let slice = 0; slice < n_slices; slice += 1)
      for (const { code } of found.protocol.structures) {
        const [a, b] = readings.map((r) => r.find(code, slice, phase)?.parts ?? []);
        const delta = (polygonAreaPx(a ?? []) - polygonAreaPx(b ?? [])) * ml;
        if (Math.abs(delta) > 0.05) rows.push({ structure: code, slice, phase, deltaMl: delta });
      }
  return rows.sort((x, y) => Math.abs(y.deltaMl) - Math.abs(x.deltaMl));
}
