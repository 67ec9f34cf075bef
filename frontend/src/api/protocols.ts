/** Protocols as the portal sends them (docs/openapi.yaml, docs/protocol.schema.json); names as on the wire. */

export type AnswerValue = string | number | string[] | { object: string } | { not_assessable: string };

export type Condition = { question: string; equals: string } | { all: Condition[] } | { any: Condition[] };

export type QuestionKind = 'choice' | 'multiple' | 'number' | 'text' | 'date' | 'landmark';

export interface Question {
  code: string;
  title: string;
  help: string;
  kind: QuestionKind;
  options: { value: string; title: string }[];
  unit: string;
  min: number | null;
  max: number | null;
  decimals: number | null;
  tolerance: number | null;
  landmark: string | null;
  required: boolean;
  not_assessable: boolean;
  visible_if: Condition | null;
}

export interface Structure {
  code: string;
  title: string;
  color: string;
}

/** What is read and how: every key is there, defaults included. */
export interface ProtocolRules {
  series: { kind: string; view: string }[];
  convention: { papillary: string };
  structures: Structure[];
  questions: Question[];
  ai: 'never' | 'after_first' | 'from_start';
  double_blind: boolean;
  order: { kind: string; stratify_by: string | null };
  duplicates_share: number;
  washout_days: number;
  time_limit_days: number | null;
  training: { required: boolean; cases: number; dice_min: number; ef_points_max: number };
  adjudication: {
    bands: boolean;
    ef_crossing: number[];
    class_discord: boolean;
    missing_structure: boolean;
    low_quality: boolean;
    audit_share: number;
    propose: string;
    compare_model: boolean;
  };
  bands: Record<string, number | null>;
  submit_requires: string;
  /** Its own layouts, as JSON: viewer/layouts/layout.ts reads them. */
  layouts?: unknown;
}

export interface Protocol extends ProtocolRules {
  id: string;
  name: string;
  version: number;
  frozen: boolean;
  in_use: boolean;
  reads_per_case: number;
  ai_visible: boolean;
  blinded: boolean;
}

/** A protocol as a file. */
export interface ProtocolDocument extends ProtocolRules {
  format: string;
  schema: number;
  name: string;
  reads_per_case: number;
}

export type Way = 'same' | 'renamed' | 'split' | 'dropped';
export interface Fate {
  as: Way;
  to: string[];
}
export type MappedPart = 'structures' | 'questions';
export type Mapping = Record<MappedPart, Record<string, Fate>>;

export interface ProtocolVersion extends Protocol {
  digest: string;
  created_at: string;
  mapping: Mapping | null;
  versions: { version: number; frozen: boolean; created_at: string; frozen_at: string | null }[];
}

export interface Change {
  path: string;
  kind: 'added' | 'removed' | 'changed' | 'moved';
  before: unknown;
  after: unknown;
}

/** What would become of a document that is being written. */
export interface DraftCheck {
  problems: Record<string, string[]>;
  version: number;
  changes: Change[];
  mapping: Mapping | null;
  ask: Record<MappedPart, string[]> | null;
}

export interface ReadyProtocol {
  key: string;
  summary: string;
  document: ProtocolDocument;
}
