/** Jobs, and what made their results. */
/** What made a result: everything by hash. */
export interface MadeBy {
  models: { name: string; version: string; weights_sha256: string; licence: string }[];
  inputs: { item_id: string; pixels_sha256?: string; labels_sha256?: string }[];
  artifacts: Record<string, string>;
  code_version: string;
  device: string;
  seconds: number | null;
}

export interface Job {
  id: string;
  kind: string;
  queue: string;
  /** Somebody waits for it: it goes first. */
  urgent: boolean;
  title: string;
  state: 'queued' | 'leased' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'dead';
  progress: number;
  message: string;
  error: { code: string; message: string } | null;
  case_id: string | null;
  project: string;
  model: { name: string; version: string; noncommercial: boolean; demonstration: boolean } | null;
  eta_s: number | null;
  attempt: number;
  max_attempts: number;
  created_at: string;
  /** When a waiting job may be taken. */
  due_at: string | null;
  finished_at: string | null;
  /** How long the last attempt took. */
  seconds: number | null;
  /** What made the result, where the worker says so. */
  made_by: MadeBy | null;
  /** Classes and places in the code; admins get them. */
  error_places?: string;
  may_cancel: boolean;
  may_retry: boolean;
}
