/**
 * Propagation against experts: the expert's contours at end-diastole are carried to end-systole
 * (and back) on real cine and compared with what the expert drew there.
 *
 * ACCORD_TEST_DATA names the folder with `sunnybrook/`; without it, or without `../shared/data`,
 * this is skipped. A sample of slices runs with every test; ACCORD_PROPAGATION_OUT names a JSON file and
 * takes all slices, both ways.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import dicomParser from 'dicom-parser';
import { describe, expect, it } from 'vitest';

import { polygonAreaPx } from '../area';
import { gripAt } from '../edit';
import type { Parts, Point, Polygon } from '../geometry';
import { rasterise } from '../raster';
import { cropAround, type Drawn, fillCycle } from './chain';
import { cut, normalised, type Picture } from './picture';

const DATA = join(process.env.ACCORD_TEST_DATA ?? join(import.meta.dirname, '../../../../../shared/data'), 'sunnybrook');
const PATIENTS = [
  { archive: 'SCD0000101.zip', folder: 'SC-HF-I-1', ed: 18, es: 7 },
  { archive: 'SCD0000201.zip', folder: 'SC-HF-I-2', ed: 19, es: 6 },
  { archive: 'SCD0000301.zip', folder: 'SC-HF-I-4', ed: 19, es: 6 },
];
const PHASES = 20;
const OUT = process.env.ACCORD_PROPAGATION_OUT;
const EVERY = OUT ? 1 : 4;
const here = existsSync(join(DATA, PATIENTS[0]!.archive));
/** Two cores shared with other tests: the bound is wide, the page of docs has the quiet machine's numbers. */
const PATIENT_MS = 240_000;

interface Frame {
  rows: number;
  columns: number;
  spacingMm: [number, number];
  values: Int16Array;
}

/** Frames by number: number n is slice (n - 1) / 20, phase (n - 1) % 20. */
async function framesOf(archive: string): Promise<Map<number, Frame>> {
  const zip = new ZipReader(new Uint8ArrayReader(readFileSync(join(DATA, archive))));
  const frames = new Map<number, Frame>();
  for (const entry of await zip.getEntries()) {
    if (entry.directory || !entry.filename.endsWith('.dcm')) continue;
    const bytes = await entry.getData!(new Uint8ArrayWriter());
    const header = dicomParser.parseDicom(bytes);
    const pixels = header.elements.x7fe00010!;
    const [rows, columns] = [header.uint16('x00280010')!, header.uint16('x00280011')!];
    const spacing = header.string('x00280030')!.split('\\').map(Number);
    const values = new Int16Array(bytes.slice(pixels.dataOffset, pixels.dataOffset + 2 * rows * columns).buffer);
    frames.set(header.intString('x00200013')!, { rows, columns, spacingMm: [spacing[0]!, spacing[1]!], values });
  }
  return frames;
}

/** Expert contours by frame number; the files count pixels from 1 (cmrkit/dicomio/sunnybrook.py). */
function expertOf(folder: string): Map<number, Drawn> {
  const found = new Map<number, Drawn>();
  for (const [kind, code] of [['i', 'lv_endo'], ['o', 'lv_epi']] as const) {
    for (const name of readdirSync(join(DATA, folder, `${kind}-contours`))) {
      const number = Number(/IM-\d+-(\d+)-.contour-manual\.txt$/.exec(name)?.[1]);
      if (!number) continue;
      const numbers = readFileSync(join(DATA, folder, `${kind}-contours`, name), 'utf8').trim().split(/\s+/).map(Number);
      const polygon: Polygon = [];
      for (let i = 0; i + 1 < numbers.length; i += 2) polygon.push([numbers[i]! - 1, numbers[i + 1]! - 1]);
      found.set(number, { ...found.get(number), [code]: [polygon] });
    }
  }
  return found;
}

function dice(a: Parts, b: Parts, { rows, columns }: Frame): number {
  const [p, q] = [rasterise(a, rows, columns), rasterise(b, rows, columns)];
  let [both, sum] = [0, 0];
  p.forEach((inside, i) => {
    both += inside & q[i]!;
    sum += inside + q[i]!;
  });
  return (2 * both) / sum;
}

/** Mean distance between two outlines, both ways, in mm. */
function meanDistanceMm(a: Parts, b: Parts, { spacingMm }: Frame): number {
  const inMm = (parts: Parts): Parts => parts.map((part) => part.map(([x, y]): Point => [x * spacingMm[1], y * spacingMm[0]]));
  const [p, q] = [inMm(a), inMm(b)];
  const away = (from: Parts, to: Parts) => from.flat().map((point) => gripAt(to, point)!.distance);
  const all = [...away(p, q), ...away(q, p)];
  return all.reduce((sum, d) => sum + d, 0) / all.length;
}

interface Row {
  patient: string;
  way: string;
  structure: string;
  slice: number;
  dice: number;
  dice_copied: number;
  mm: number;
  mm_copied: number;
  /** Area against the expert's, signed. */
  area_percent: number;
}

function propagate(frames: Map<number, Frame>, slice: number, from: number, to: number, drawn: Drawn): { drawn: Drawn; perPairMs: number } {
  const frame = frames.get(slice * PHASES + from + 1)!;
  const crop = cropAround(Object.values(drawn).flat(), frame.rows, frame.columns, frame.spacingMm)!;
  const pictures: Picture[] = normalised(
    Array.from({ length: PHASES }, (_, p) => cut(frames.get(slice * PHASES + p + 1)!.values, frame.columns, crop)),
  );
  const started = performance.now();
  const made = [...fillCycle({ crop, pictures }, [{ phase: from, drawn }])];
  return {
    drawn: made.find((step) => step.phase === to && step.drawn !== null)!.drawn!,
    perPairMs: (performance.now() - started) / made.length,
  };
}

const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

describe.skipIf(!here || !process.env.ACCORD_LONG)('propagation on Sunnybrook', () => {
  const rows: Row[] = [];
  const perPairMs: number[] = [];

  it.each(PATIENTS)('$folder: nearer to the expert than the contour copied', async ({ archive, folder, ed, es }) => {
    const frames = await framesOf(archive);
    const expert = expertOf(folder);
    const ways = [['ED to ES', ed, es], ['ES to ED', es, ed]] as const;
    for (const [way, from, to] of OUT ? ways : ways.slice(0, 1)) {
      for (let slice = 0; slice < frames.size / PHASES; slice += EVERY) {
        const [start, goal] = [expert.get(slice * PHASES + from + 1), expert.get(slice * PHASES + to + 1)];
        if (!start || !goal) continue;
        const frame = frames.get(slice * PHASES + 1)!;
        const found = propagate(frames, slice, from, to, start);
        perPairMs.push(found.perPairMs);
        for (const [structure, parts] of Object.entries(goal)) {
          if (!start[structure]) continue;
          rows.push({
            patient: folder,
            way,
            structure,
            slice,
            dice: dice(found.drawn[structure]!, parts, frame),
            dice_copied: dice(start[structure], parts, frame),
            mm: meanDistanceMm(found.drawn[structure]!, parts, frame),
            mm_copied: meanDistanceMm(start[structure], parts, frame),
            area_percent: 100 * (polygonAreaPx(found.drawn[structure]!) / polygonAreaPx(parts) - 1),
          });
        }
      }
    }
    const endo = rows.filter((row) => row.patient === folder && row.structure === 'lv_endo');
    expect(endo.length).toBeGreaterThan(OUT ? 10 : 1);
    expect(mean(endo.map((r) => r.dice))).toBeGreaterThan(mean(endo.map((r) => r.dice_copied)) + 0.01);
    expect(mean(endo.map((r) => r.mm))).toBeLessThan(mean(endo.map((r) => r.mm_copied)));
    if (OUT) {
      writeFileSync(OUT, JSON.stringify({ per_pair_ms: mean(perPairMs), rows }, null, 1));
    }
  }, PATIENT_MS);
});
