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
