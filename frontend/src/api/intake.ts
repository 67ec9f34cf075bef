/** What comes in: imports, their files, the quarantine. */
import type { Job, Study } from './types';

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
  /** The job that fills it, where it is pulled from an archive. */
  job?: Job | null;
}

/** Where studies come from: remote archives and the DIMSE receiver. */
export interface RemoteArchive {
  id: string;
  name: string;
  base_url: string;
  auth: 'none' | 'basic' | 'bearer';
  username: string;
  secret_set: boolean;
  ca_file: string;
  secure: boolean;
}

/** A study as a remote archive describes it: shown, never kept. */
export interface RemoteStudy {
  study_uid: string;
  patient_name: string;
  patient_id: string;
  birth_date: string;
  study_date: string;
  description: string;
  accession: string;
  modalities: string[];
  n_series: number | null;
  n_instances: number | null;
  here: boolean;
}

export interface Receiving {
  ae_title: string;
  enabled: boolean;
  senders: { ae_title: string; network: string; active: boolean }[];
  port: number;
  tls: boolean;
  rejected: { ae_title: string; reason: string; count: number; last_at: string }[];
}

export interface Pseudonym {
  subject_id: string;
  subject: string;
  pseudonym: string;
  n_studies: number;
  kept_at: string;
}

export interface OpenedIdentity {
  subject_id: string;
  subject: string;
  pseudonym: string;
  patient_name: string;
  patient_id: string;
  issuer_of_patient_id: string;
  birth_date: string;
  studies: { study: string; study_uid: string; study_date: string; accession_number: string }[];
}
