import { polygonAreaPx } from './area';
import type { Parts } from './geometry';

/** Disc summation: the twin of cmrkit.volumes.lv_rv_function. Volumes in ml, mass in g, EF in %. */
export interface FunctionResult {
  edv_ml: number | null;
  esv_ml: number | null;
  sv_ml: number | null;
  ef_percent: number | null;
  mass_g: number | null;
  rv_edv_ml: number | null;
  rv_esv_ml: number | null;
  rv_sv_ml: number | null;
  rv_ef_percent: number | null;
  ed_phase: number | null;
  es_phase: number | null;
  lv_volume_ml: (number | null)[];
  rv_volume_ml: (number | null)[];
  notes: string[];
  spacing_assumed: boolean;
}

export interface StackGeometry {
  n_slices: number;
  n_phases: number;
  pixel_spacing_mm: [number, number];
  slice_spacing_mm: number;
  spacing_assumed: boolean;
}

export interface Outline {
  structure: string;
  slice: number;
  phase: number;
  parts: Parts;
}

const MYOCARDIUM_G_PER_ML = 1.05;
const ENOUGH_SLICES = 0.5;

interface Disc {
  structure: string;
  slice: number;
  phase: number;
  ml: number;
}

const areas = new WeakMap<Parts, number>();

function areaOf(parts: Parts): number {
  const known = areas.get(parts);
  if (known !== undefined) return known;
  const area = polygonAreaPx(parts);
  areas.set(parts, area);
  return area;
}

export interface Pins {
  ed_phase?: number | null;
  es_phase?: number | null;
  /** Between these slices, both included, contours count. */
  basal_slice?: number | null;
  apical_slice?: number | null;
}

export function lvRvFunction(
  meta: StackGeometry,
  outlines: Outline[],
  pins: Pins = {},
): FunctionResult {
  const mlPerPx = (meta.pixel_spacing_mm[0] * meta.pixel_spacing_mm[1] * meta.slice_spacing_mm) / 1000;
  const notes: string[] = [];
  const drawn: Disc[] = outlines
    .filter((o) => o.parts.some((part) => part.length >= 3))
    .map((o) => ({ ...o, ml: areaOf(o.parts) * mlPerPx }));
  const discs = between(drawn, pins.basal_slice ?? null, pins.apical_slice ?? null, notes);
  const lv = volumes(discs, 'lv_endo', meta.n_phases);
  const rv = volumes(discs, 'rv_endo', meta.n_phases);
  const auto = edEs(discs, lv, notes);
  const ed = pins.ed_phase ?? auto.ed;
  const es = pins.es_phase ?? auto.es;
  const edv = at(lv, ed);
  let esv = at(lv, es);
  let rvEsv = at(rv, es);
  const rvEdv = at(rv, ed);
  if (ed !== null && ed === es) {
    notes.push('ED and ES are the same phase: no ESV, SV and EF.');
    esv = null;
    rvEsv = null;
  }
  // the RV's where the LV says nothing
  const grown = minus(esv, edv) ?? minus(rvEsv, rvEdv);
  if (grown !== null && grown > 0) notes.push('The volume at ES is larger than at ED: check which phase is which.');
  return {
    edv_ml: edv,
    esv_ml: esv,
    sv_ml: minus(edv, esv),
    ef_percent: fraction(edv, esv),
    mass_g: massG(discs, ed, notes),
    rv_edv_ml: rvEdv,
    rv_esv_ml: rvEsv,
    rv_sv_ml: minus(rvEdv, rvEsv),
    rv_ef_percent: fraction(rvEdv, rvEsv),
    ed_phase: ed,
    es_phase: ed === es ? null : es,
    lv_volume_ml: lv,
    rv_volume_ml: rv,
    notes,
    spacing_assumed: meta.spacing_assumed,
  };
}

/** The discs from the basal to the apical slice; chosen alone, a slice cuts off the side with fewer contoured slices. */
function between(discs: Disc[], basal: number | null, apical: number | null, notes: string[]): Disc[] {
  const chosen = [basal, apical].filter((s): s is number => s !== null);
  const slices = [...new Set(discs.map((d) => d.slice))].sort((a, b) => a - b);
  if (slices.length === 0 || chosen.length === 0) return discs;
  let first = Math.min(...chosen);
  let last = Math.max(...chosen);
  if (chosen.length === 1) {
    const after = slices.filter((s) => s > first).length >= slices.filter((s) => s < first).length;
    if (after) last = slices.at(-1)!;
    else first = slices[0]!;
  }
  const leftOut = slices.filter((s) => s < first || s > last).length;
  if (leftOut > 0) notes.push(`${leftOut} contoured slices beyond the chosen base and apex don't count.`);
  return discs.filter((d) => d.slice >= first && d.slice <= last);
}

function volumes(discs: Disc[], structure: string, nPhases: number): (number | null)[] {
  const found: (number | null)[] = Array.from({ length: nPhases }, () => null);
  for (const d of discs) if (d.structure === structure) found[d.phase] = (found[d.phase] ?? 0) + d.ml;
  return found;
}

function edEs(discs: Disc[], lv: (number | null)[], notes: string[]): { ed: number | null; es: number | null } {
  const counts = lv.map(() => 0);
  for (const d of discs) if (d.structure === 'lv_endo') counts[d.phase]! += 1;
  const fullest = Math.max(0, ...counts);
  const usable: number[] = [];
  const sparse: number[] = [];
  counts.forEach((n, phase) => {
    if (n === 0) return;
    (n >= ENOUGH_SLICES * fullest ? usable : sparse).push(phase);
  });
  if (sparse.length > 0) {
    const shown = sparse.slice(0, 5).map((p) => p + 1).join(', ');
    notes.push(`Phase ${shown}: too few slices contoured to be ED or ES.`);
  }
  let ed: number | null = null;
  let es: number | null = null;
  for (const phase of usable) {
    if (ed === null || lv[phase]! > lv[ed]!) ed = phase;
    if (es === null || lv[phase]! < lv[es]!) es = phase;
  }
  return { ed, es };
}

function massG(discs: Disc[], ed: number | null, notes: string[]): number | null {
  if (ed === null) return null;
  const bySlice = (structure: string) =>
    new Map(discs.filter((d) => d.structure === structure && d.phase === ed).map((d) => [d.slice, d.ml]));
  const epi = bySlice('lv_epi');
  const endo = bySlice('lv_endo');
  if (epi.size === 0) {
    notes.push('No epicardial contour at ED: no mass.');
    return null;
  }
  const without = [...endo.keys()].filter((s) => !epi.has(s)).length;
  if (without > 0) notes.push(`Mass leaves out ${without} ED slices without an epicardial contour.`);
  let ml = 0;
  for (const [slice, volume] of epi) ml += Math.max(volume - (endo.get(slice) ?? 0), 0);
  return MYOCARDIUM_G_PER_ML * ml;
}

const at = (values: (number | null)[], phase: number | null): number | null =>
  phase === null ? null : (values[phase] ?? null);
const minus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);
const fraction = (edv: number | null, esv: number | null): number | null =>
  edv === null || esv === null || edv <= 0 ? null : (100 * (edv - esv)) / edv;
