/** Stacks as the portal sends them (docs/openapi.yaml); names as on the wire. */

export interface Finding {
  code: string;
  message: string;
  slice_index: number | null;
  severity: 'info' | 'warning' | 'problem';
}

export interface StackSummary {
  id: string;
  version: number;
  sequence_kind: string;
  view: string;
  time_axis: string;
  component: string;
  condition: string;
  found: {
    sequence_kind: string;
    confidence: number;
    reason: string;
    view: string;
    view_confidence: number;
    view_reason: string;
  };
  /** What a person said; empty values weren't corrected. */
  correction: { sequence_kind: string; view: string; actor_id: string; at: string } | null;
  n_slices: number;
  n_phases: number;
  complete: boolean;
  findings: Finding[];
  thumbnail_url: string | null;
}
