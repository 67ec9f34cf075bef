/** What comes in: imports, their files, the quarantine. */
import type { Study } from './types';

export interface ImportItem {
  sequence: number;
  sha256: string;
  outcome: string;
  code: string;
  message: string;
  size: number;
  study: string | null;
}

/** A refused file that is kept, sealed, for the data steward. */
export interface QuarantinedFile {
  id: string;
  import_name: string;
  sequence: number;
  sha256: string;
  size: number;
  code: string;
  message: string;
  received_at: string;
  expires_at: string;
}

export interface ImportBatch {
  id: string;
  name: string;
  state: string;
  counts: { expected: number | null } & Record<string, number | null>;
  started_at: string;
  finished_at: string | null;
  items?: ImportItem[];
  studies?: Study[];
}
