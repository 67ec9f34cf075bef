/** Agreement, adjudication and references on the wire. */
import type { AnswerValue, Protocol } from './protocols';
import type { Contents } from './reading';
import type { ImportedAnnotations, Numbers } from './types';

/** The colour of a reading: a is Blue, b Orange, and so on (`components/readings.ts`). */
export type ReadingKey = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i';
export type ByReading<T> = Partial<Record<ReadingKey, T>>;

/** Why a rule of the protocol opened a case. */
export interface Reason {
  code: 'band' | 'ef_crossing' | 'class_discord' | 'missing_structure' | 'low_quality' | 'audit' | 'reopened';
  message: string;
  numbers: Record<string, unknown>;
}

export interface DiceRow {
  structure: string;
  ed: number | null;
  es: number | null;
  pooled: number | null;
}

/** All readings of a case beside one another; `dice` is the lowest of all pairs. */
export interface Agreement {
  outcome: string;
  readings: { key: ReadingKey; label: string }[];
  ed_phase: ByReading<number | null>;
  es_phase: ByReading<number | null>;
  differences: { name: string; unit: string; values: ByReading<number | null>; spread: number | null; band: number | null; exceeds: boolean }[];
  dice: DiceRow[];
  pairs: {
    first: ReadingKey;
    second: ReadingKey;
    dice: DiceRow[];
    differences: { name: string; delta: number | null; exceeds: boolean }[];
    per_slice: { slice: number; phase: number; phase_name: string; structure: string; delta_ml: number }[];
  }[];
  /** `values` is empty where nobody may know which reading is the AI's; the tally stands. */
  answers: { question: string; title: string; values: ByReading<AnswerValue | null>; tally: { value: AnswerValue | null; count: number }[]; same: boolean }[];
  reasons: Reason[];
  /** The protocol compares the AI, and no draft was there when the reads were compared. */
  lacks_model: boolean;
}

export interface AdjudicationBrief {
  id: string;
  case: { id: string; label: string };
  state: 'open' | 'signed';
  kind: 'disagreement' | 'confirmation';
  reasons: Reason[];
  opened_at: string;
  assigned_to_me: boolean;
  reopened: boolean;
}

/** What stands of one cell: structure × frame. `version` is of the own contour right after. */
export interface Decision {
  id: string;
  structure: string;
  sop_instance_uid: string;
  frame_number: number;
  source: ReadingKey | 'majority' | 'staple' | 'mine';
  reason: string;
  note: string;
  version: number;
  author: string;
  decided_at: string;
}

export interface Adjudication extends AdjudicationBrief {
  project: { slug: string; name: string };
  stack_id: string;
  protocol: Protocol;
  read_id: string | null;
  agreement: Agreement;
  imported_annotations: ImportedAnnotations[];
  readings: ({ key: ReadingKey; label: string; reader: { kind: string; label: string } | null; measurements: Numbers } & Contents)[];
  readers_masked: boolean;
  decisions: Decision[];
  decision_reasons: { value: string; title: string }[];
  meetings: MeetingDecision[];
  report_url: string | null;
  reference: ReferenceBrief | null;
}

/** What a vote is for, and a decision: a reading, and answers by question. */
export interface MeetingChoice {
  reading: ReadingKey | null;
  answers: Record<string, unknown>;
}

/** What a consensus meeting decided about the case. */
export interface MeetingDecision {
  meeting: { id: string; title: string };
  decided_at: string;
  choice: MeetingChoice;
  text: string;
  dissent: string;
}

export interface ReferenceBrief {
  id: string;
  version: number;
  digest: string;
  signed_by: string;
  signed_at: string;
  meaning: string;
  measurements: Numbers | null;
  answers: { question: string; value: AnswerValue }[];
  report_url: string;
  reopened: { at: string; by: string; reason: string } | null;
}

/** A signed version, with what was made of it. */
export interface ReferenceVersion extends ReferenceBrief {
  dependants: { kind: string; id: string; label: string; at: string }[];
}
