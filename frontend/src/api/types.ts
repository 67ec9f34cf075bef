/** What the portal sends (docs/openapi.yaml); names as on the wire. */
import type { FunctionResult, StackGeometry } from '../cmr/volumes';
import type { Finding, StackSummary } from './imaging';
import type { Job } from './jobs';
import type { ReferenceBrief } from './settling';

export type * from './intake';
export type * from './jobs';
export type * from './protocols';
export type * from './reading';
export type * from './settling';

export interface Page<T> {
  count: number;
  page: number;
  page_size: number;
  results: T[];
}

export interface Me {
  id: string;
  email: string;
  display_name: string;
  is_installation_admin: boolean;
  must_change_password: boolean;
}

export interface Session {
  user: Me | null;
  version: string;
  mail_configured: boolean;
}

export interface ModelBrief {
  id: string;
  name: string;
  version: string;
  title: string;
  noncommercial: boolean;
  demonstration: boolean;
  state: string;
}

export interface Project {
  slug: string;
  name: string;
  description: string;
  time_zone: string;
  my_roles: string[];
  my_permissions: string[];
  champion: ModelBrief | null;
  counts: Record<'studies' | 'cases' | 'cases_locked' | 'members', number | null>;
  first_run: { key: string; title: string; done: boolean; href: string }[];
  deidentification: Deidentification;
  created_at: string;
}

/** How files are cleaned on the way in; `fixed` once studies are stored. */
export interface Deidentification {
  on: boolean;
  options: string[];
  procedure: string;
  fixed: boolean;
}

/** A row of the re-identification list, unopened. */
export interface WorkItem {
  id: string;
  title: string;
  subtitle: string;
  href: string;
  state: string;
  progress: number | null;
  project: { slug: string; name: string };
  due_at: string | null;
  updated_at: string;
}

export interface WorkSection {
  key: string;
  title: string;
  items: WorkItem[];
  more: number;
  /** Of the own reads: those submitted. */
  done: number;
}

export type { Finding, StackSummary };

export interface Study {
  id: string;
  study_uid: string;
  case: { id: string; label: string } | null;
  label: string;
  study_date: string;
  description: string;
  modality: string;
  n_series: number;
  n_instances: number;
  stacks: StackSummary[];
  thumbnail_url: string | null;
  deid_procedure: string;
  imported_at: string;
  series?: { series_uid: string; description: string; number: number | null; modality: string; sequence_kind: string; view: string; n_instances: number }[];
}

export interface FrameAddress {
  study_uid: string;
  series_uid: string;
  sop_instance_uid: string;
  frame_number: number;
}

export type Vector3 = [x: number, y: number, z: number];

export interface StackMeta extends StackGeometry {
  rows: number;
  columns: number;
  trigger_times_ms: (number | null)[][];
  rr_interval_ms: number | null;
  slice_thickness_mm: number | null;
  /** Unit vectors in the patient (LPS): along the columns' index, and along the rows'. */
  row_direction: Vector3;
  column_direction: Vector3;
  /** Of each slice, the centre of its first pixel. */
  slice_positions_mm: Vector3[];
  frame_of_reference_uid: string;
  sequence_kind: string;
  view: string;
  time_axis: string;
  times_ms: (number | null)[][];
  component: string;
  condition: string;
  velocity_encoding_cm_s: number | null;
}

export interface Stack {
  id: string;
  version: number;
  study_uid: string;
  dicomweb_root: string;
  case: { id: string; label: string };
  meta: StackMeta;
  frames: (FrameAddress | null)[][];
  findings: Finding[];
}

export interface Numbers extends FunctionResult {
  convention: { papillary: string };
  code_version: string;
  inputs_hash: string;
}

export interface CaseSummary {
  id: string;
  label: string;
  site: string;
  state: string;
  is_phantom: boolean;
  n_studies: number;
  stack_id: string | null;
  thumbnail_url: string | null;
  reads: { required: number; assigned: number; submitted: number } | null;
  draft: string | null;
  /** null without a draft, and for who may not know. */
  needs_look: boolean | null;
  updated_at: string;
}

export interface ReadBrief {
  id: string;
  reader: { kind: string; label: string };
  state: string;
  progress: number | null;
  submitted_at: string | null;
  /** What the reader sees in place of the case's label. */
  alias: string;
  /** A hidden second reading by the same person. */
  duplicate: boolean;
  available_at: string | null;
  due_at: string | null;
}

export interface ImportedAnnotations {
  id: string;
  read_id: string | null;
  source: string;
  form: string;
  n_contours: number;
  structures: string[];
  notes: { code: string; message: string; count: number }[];
  imported_at: string;
}

export interface CaseDetail extends Omit<CaseSummary, 'reads'> {
  read_counts: CaseSummary['reads'];
  reads: ReadBrief[];
  studies: { id: string; label: string; thumbnail_url: string | null; study_date: string; description: string; modality: string }[];
  jobs: Job[];
  adjudication_id: string | null;
  reference: ReferenceBrief | null;
  my_read_id: string | null;
  imported_annotations: ImportedAnnotations[];
  actions: string[];
}

/** A worker's finding, or for those who run the project the topic that it belongs to. */
export interface Flag {
  code: string;
  message: string;
  severity: 'refusal' | 'problem' | 'warning' | 'info';
  slice_index?: number | null;
}

export interface StackChecks {
  stack_id: string;
  state: 'refused' | 'flagged' | 'clear' | 'doubted';
  image_grade: 'good' | 'usable' | 'poor' | null;
  flags: Flag[];
  at: string;
  sequence_kind: string;
  view: string;
}

export interface Side {
  model: ModelBrief | null;
  mean_dice: number;
  dice_by_structure: Record<string, number | null>;
  ef_mae_points: number | null;
  edv_mae_ml: number | null;
  esv_mae_ml: number | null;
  worst_dice: number;
  failed_cases: number;
  n_cases: number;
}

/** One group of test cases; without numbers where it is too small to say anything. */
export interface EvaluationStratum {
  by: string;
  name: string;
  n: number;
  champion_dice: number | null;
  challenger_dice: number | null;
  dice: { mean: number; low: number | null; high: number | null; n: number } | null;
  champion_ef_points: number | null;
  challenger_ef_points: number | null;
}

export interface Evaluation {
  id: string;
  test_set: { id: string; name: string; is_phantom: boolean };
  champion: Side | null;
  challenger: Side | null;
  gate: {
    passed: boolean | null;
    checks: {
      code: string;
      title: string;
      champion: number | null;
      challenger: number | null;
      threshold: number;
      passed: boolean;
      note?: string;
    }[];
    decided_at: string | null;
    /** Null: no plan stood when the training began, the defaults were used. */
    plan_version: number | null;
  };
  strata: EvaluationStratum[];
  job: Job;
  created_at: string;
}

export interface ModelDetail extends ModelBrief {
  project: { slug: string; name: string };
  card: Record<string, unknown>;
  weights_sha256: string;
  training_run_id: string | null;
  /** Datasets behind it that hold a subject withdrawn since. */
  withdrawn_data: { name: string; version: number }[];
  evaluations: Evaluation[];
  proposals: {
    id: string;
    proposed_by: string;
    reason: string;
    created_at: string;
    approved: boolean | null;
    decided_by: string | null;
    decided_at: string | null;
    decision_reason: string;
  }[];
  actions: string[];
}

export interface TrainingRun {
  id: string;
  dataset: { id: string; name: string; version: number };
  base_model: ModelBrief;
  model: ModelBrief | null;
  params: Record<string, unknown>;
  job: Job;
  points?: { step: number; loss: number; val_dice: number | null }[];
  created_at: string;
}

export interface Dataset {
  id: string;
  name: string;
  version: number;
  content_hash: string;
  seed: number;
  n_items: number;
  frozen_by: string;
  created_at: string;
  withdrawn_at: string | null;
  /** Items whose case was reopened since. */
  n_reopened: number;
  licence: string;
  consent: string;
  has_manifest: boolean;
}

export interface DatasetDetail extends Dataset {
  datasheet: Record<string, unknown>;
  items: { id: string; label: string; split: string; class: string | null; digest: string; is_phantom: boolean; withdrawn: boolean; reopened: boolean }[];
  exports: {
    id: string;
    formats: string[];
    job: Job;
    download_url: string | null;
    sha256: string | null;
    size: number | null;
    created_at: string;
  }[];
}

/** What changed from one dataset version to another; cases by label. */
export interface DatasetDifference {
  identical: boolean;
  added: string[];
  removed: string[];
  reference_changed: string[];
  split_changed: { case: string; old: string; new: string }[];
  reads_changed: string[];
  rules: { name: string; old: unknown; new: unknown }[];
}

export interface TestSet {
  id: string;
  name: string;
  is_phantom: boolean;
  n_items: number;
  content_hash: string;
  created_at: string;
  withdrawn_at: string | null;
  /** Cases whose reference was reopened since. */
  n_reopened: number;
}

export type NextReason = 'uncertainty' | 'expected_dice' | 'disagreement' | 'diversity' | 'stratum';

/** Cases to have read next, the most wanted first. */
export interface NextCases {
  rows: {
    case_id: string;
    label: string;
    /** Mean over structures, ED and ES. */
    expected_dice: number | null;
    group: string;
    /** Locked cases of the group. */
    references: number;
    /** What counted most. */
    reason: NextReason;
  }[];
  /** What every draft says, so that it could be compared. */
  weighed: NextReason[];
  without_draft: number;
}
