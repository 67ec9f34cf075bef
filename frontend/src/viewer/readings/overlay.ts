import type { Adjudication, Annotation, ReadingKey } from '../../api/types';
import { rasterise } from '../../cmr/raster';
import { imageColor } from '../../components/readings';
import type { Region, Shape } from '../painting';
import type { Places } from '../stack';

/** What is looked at of a contour. */
export type Contour = Pick<Annotation, 'structure' | 'sop_instance_uid' | 'frame_number' | 'parts' | 'state'>;

/** Contours of one reading by structure, slice and phase. */
export class Reading {
  private readonly at = new Map<string, Contour>();
  private readonly drawn = new Set<number>();

  constructor(
    readonly key: ReadingKey,
    readonly label: string,
    annotations: Contour[],
    places: Places,
  ) {
    for (const a of annotations) {
      const place = a.parts.length > 0 ? places.of(a) : null;
      if (!place) continue;
      this.at.set(`${a.structure}/${place[0]}/${place[1]}`, a);
      if (a.state !== 'auto') this.drawn.add(place[1]);
    }
  }

  find(structure: string, slice: number, phase: number): Contour | null {
    return this.at.get(`${structure}/${slice}/${phase}`) ?? null;
  }

  /** Whoever drew nothing in a phase has not looked at it: that is no vote for an absence. */
  votesIn(phase: number): boolean {
    return this.drawn.has(phase);
  }
}

export function readingsOf(found: Adjudication, places: Places): Reading[] {
  return found.readings.map((r) => new Reading(r.key, r.label, r.annotations, places));
}

export function shapesOf(readings: Reading[], structure: string, slice: number, phase: number): Shape[] {
  return readings.flatMap((reading) => {
    const held = reading.find(structure, slice, phase);
    return held ? [{ key: reading.key, parts: held.parts, color: imageColor(reading.key), width: 1.9 }] : [];
  });
}

/** For each pixel how many readings have it inside, and of how many. */
export function votes(readings: Reading[], structure: string, slice: number, phase: number, rows: number, columns: number): { counts: Uint8Array; of: number } | null {
  const voting = readings.filter((reading) => reading.votesIn(phase));
  const parts = voting.map((reading) => reading.find(structure, slice, phase)?.parts ?? []);
  if (!parts.some((p) => p.length > 0)) return null;
  const counts = new Uint8Array(rows * columns);
  for (const p of parts) {
    if (p.length === 0) continue;
    const mask = rasterise(p, rows, columns);
    for (let i = 0; i < counts.length; i += 1) counts[i]! += mask[i]!;
  }
  return { counts, of: voting.length };
}

/** How many readings a pixel sets against the others: 0 where all say the same. */
export const against = (count: number, of: number): number => Math.min(count, of - count);

/**
 * Heat: the more readings disagree about a pixel, the warmer it is. One colour for each number of readings in
 * the minority, from one up to half of them.
 */
export function disagreement(readings: Reading[], structure: string, slice: number, phase: number, rows: number, columns: number): Region[] {
  const found = votes(readings, structure, slice, phase, rows, columns);
  if (!found) return [];
  const most = Math.floor(found.of / 2);
  return Array.from({ length: most }, (_, n) => ({
    mask: found.counts.map((count) => (against(count, found.of) === n + 1 ? 1 : 0)),
    color: heat(n + 1, most),
  }));
}

/** From yellow to red; a single step is red. */
export function heat(level: number, most: number): string {
  const warm = most === 1 ? 1 : (level - 1) / (most - 1);
  const [hue, alpha] = [50 - 62 * warm, 0.34 + 0.14 * warm];
  return `hsla(${(hue + 360) % 360}, 100%, 60%, ${alpha})`;
}
