/** Statistics over a project's cases, as on the wire (docs/openapi.yaml, Statistics). */
import type { Annotation, Protocol } from './types';

/** A number with its interval, or why there is none. */
export interface Estimate {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  method: string;
  why: string;
}

export interface Limits {
  bias: Estimate;
  sd: number | null;
  lower: Estimate;
  upper: Estimate;
  by_case: boolean;
  mean_absolute: number | null;
}

type Forms = 'icc1' | 'icc2' | 'icc3' | 'icc1k' | 'icc2k' | 'icc3k';

export interface NumberStatistics extends Limits {
  name: string;
  title: string;
  unit: string;
  band: number | null;
  beyond_band: number | null;
  n_pairs: number;
  n_cases: number;
  n_one_only: number;
  icc: Record<Forms, Estimate> & { n_cases: number; n_readings: number };
  cov: Estimate;
  concordance: Estimate;
  attribution: {
    n: number;
    mean_total_ml: number;
    parts: Record<string, { n: number; mean: number | null; mean_absolute: number | null }>;
  } | null;
}

export type Metric = 'dice' | 'jaccard' | 'hd_mm' | 'hd95_mm' | 'mean_mm';

export interface Spread {
  mean: Estimate;
  sd: number | null;
  /** Least, quartiles, most. */
  box: number[] | null;
}

export interface ContourStatistics extends Record<Metric, Spread> {
  structure: string;
  level: string;
  phase: string;
  n_pairs: number;
  n_cases: number;
  n_frames: number;
  one_sided: number;
}

export interface QuestionStatistics {
  code: string;
  title: string;
  kind: 'classes' | 'number';
  n_pairs: number;
  n_cases: number;
  same: number;
  categories: Choice[];
  confusion: number[][];
  pairs_are_independent: boolean;
  estimates: Record<string, Estimate>;
}

/** Landmarks against the reference; an image is one reading of one case. */
export interface Found {
  n_cases: number;
  n_images: number;
  n_findings: number;
  hits: number;
  false_marks: number;
  sensitivity: Estimate;
  false_per_image: number | null;
  froc: { score: number; at_rates: number[] } | null;
  mean_apart_mm: number | null;
  median_apart_mm: number | null;
}

export interface LandmarkStatistics {
  code: string;
  title: string;
  within_mm: number;
  /** Whether the distance is the protocol's own. */
  within_stated: boolean;
  all: Found;
  readers: (Found & { reader: string; label: string })[];
  by_distance: { within_mm: number; sensitivity: number | null; false_per_image: number | null }[];
}

export interface Group {
  n_pairs: number;
  n_cases: number;
  dice: Record<string, Estimate>;
  numbers: Record<string, Limits>;
}

export interface NamedGroup extends Group {
  group: string;
  label: string;
}

export interface HeatCell extends Group {
  reader_a: string;
  reader_b: string;
}

export interface Choice {
  value: string;
  title: string;
}

export interface Statistics {
  comparison: string;
  protocol: string | null;
  pending: number;
  n_cases: number;
  n_pairs: number;
  spacing_assumed: boolean;
  choices: {
    comparisons: (Choice & { n_pairs: number })[];
    protocols: Choice[];
    readers: Choice[];
    sites: Choice[];
    vendors: Choice[];
    diseases: Choice[];
  };
  numbers: NumberStatistics[];
  contours: ContourStatistics[];
  questions: QuestionStatistics[];
  landmarks: LandmarkStatistics[];
  asks_landmarks: boolean;
  groups: Record<'site' | 'vendor' | 'disease' | 'reader', NamedGroup[]>;
  heat_map: HeatCell[];
  readers: { key: string; label: string }[];
}

export interface StatPoint {
  case_id: string;
  case: string;
  reader_a: string;
  reader_b: string;
  site: string;
  a: number | string | string[] | null;
  b: number | string | string[] | null;
  value: number | null;
}

export interface StatPoints {
  measure: string;
  pending: number;
  n: number;
  points: StatPoint[];
}

/** One side of a pair behind a point. */
export interface ComparedSide {
  key: 'a' | 'b';
  label: string;
  ed_phase: number | null;
  es_phase: number | null;
  numbers: Record<string, number | null>;
  contours: Pick<Annotation, 'structure' | 'sop_instance_uid' | 'frame_number' | 'parts' | 'state'>[];
}

/** One disc at ED or ES, each reading at its own phase. */
export interface DiscDifference {
  structure: string;
  slice: number;
  phase: 'ED' | 'ES';
  phase_a: number;
  phase_b: number;
  a_ml: number | null;
  b_ml: number | null;
  difference_ml: number;
  dice: number | null;
  hd95_mm: number | null;
}

export interface BehindPoint {
  case_id: string;
  case: string;
  stack_id: string;
  protocol: Protocol;
  sides: [ComparedSide, ComparedSide];
  differences: DiscDifference[];
  spacing_assumed: boolean;
}
