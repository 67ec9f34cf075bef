/** A read and what it says, as the portal sends them (docs/openapi.yaml); names as on the wire. */
import type { Parts } from '../cmr/geometry';
import type { StackSummary } from './imaging';
import type { AnswerValue, Protocol } from './protocols';
import type { Flag, ModelBrief, Vector3 } from './types';

export interface Read {
  id: string;
  project: { slug: string; name: string };
  case: { id: string; label: string };
  state: 'assigned' | 'in_progress' | 'submitted' | 'withdrawn';
  protocol: Protocol;
  stack_id: string;
  purpose: 'reading' | 'draft' | 'adjudication' | 'imported' | 'training';
  ai_visible: boolean;
  draft: { state: 'none' | 'running' | 'ready' | 'failed'; job_id: string | null; model: ModelBrief | null; flags: Flag[] };
  /** Every stack of the case that the reader may look at; `is_read` is the one that is contoured. */
  stacks: ReadStack[];
  may_edit: boolean;
  due_at: string | null;
  /** `due`: the AI is shown once it was given. */
  first_opinion: 'none' | 'due' | 'given';
  /** Once submitted it is closed to its reader. */
  put_away: boolean;
  submitted_at: string | null;
  next_read_id: string | null;
}

/** What a reader is told of a stack: nothing of who corrected it or why it was so named. */
export interface ReadStack
  extends Pick<
    StackSummary,
    'id' | 'version' | 'sequence_kind' | 'view' | 'time_axis' | 'component' | 'condition' | 'n_slices' | 'n_phases' | 'thumbnail_url'
  > {
  is_read: boolean;
  /** What this read draws there; empty where it draws nothing. */
  structures: string[];
  /** Who drafted it, beside the stack that is read. */
  model: ModelBrief | null;
}

/** Area-length volumes of one long axis; phases count from 0. */
export interface LongAxisView {
  stack_id: string;
  view: string;
  ed_phase: number | null;
  es_phase: number | null;
  edv_ml: number | null;
  esv_ml: number | null;
  ef_percent: number | null;
  la_max_ml: number | null;
  la_min_ml: number | null;
  spacing_assumed: boolean;
}

export interface LongAxisNumbers {
  views: LongAxisView[];
  biplane: Pick<LongAxisView, 'edv_ml' | 'esv_ml' | 'ef_percent' | 'la_max_ml' | 'spacing_assumed'> | null;
}

export interface Annotation {
  structure: string;
  sop_instance_uid: string;
  frame_number: number;
  parts: Parts;
  version: number;
  origin: string;
  state: 'auto' | 'accepted' | 'edited';
  model: string | null;
}

export type PinName = 'ed_phase' | 'es_phase' | 'basal_slice' | 'apical_slice';

/** A landmark or measurement: points in the patient (LPS, mm), and the frame it was drawn on. */
export interface WorldObject {
  type: 'landmark' | 'length' | 'bidirectional' | 'angle' | 'ellipse' | 'polygon' | 'curve';
  code: string;
  label: string;
  points_lps_mm: Vector3[];
  frame_of_reference_uid: string;
  stack_id: string;
  sop_instance_uid: string;
  frame_number: number;
  /** The model that proposes this landmark, until a person accepts or changes it. */
  proposed_by?: string;
}

/** `object` is null once it was deleted: the version goes on. */
export interface ObjectEntry {
  object_id: string;
  version: number;
  object: WorldObject | null;
}

export interface Contents {
  annotations: Annotation[];
  answers: { question: string; value: AnswerValue | null; version: number }[];
  pins: { name: string; value: number | null; version: number }[];
  objects: ObjectEntry[];
}

/** What the model says of one frame. Nothing is saved by it; `made_by` goes back with each contour that is. */
export interface FrameContours {
  structures: Record<string, Parts>;
  model: string;
  made_by: string;
}
