/** Subjects by pseudonym, and their withdrawal: what the data steward sees. */

export interface Consequences {
  /** How many rows of each sort go. */
  removed: Record<string, number>;
  /** What had used the subject, and stays. */
  affected: Partial<Record<'datasets' | 'test_sets' | 'models', { id: string; name: string; version?: string | number }[]>>;
}

export interface Withdrawal extends Consequences {
  subject: string;
  project: string;
  dry_run: boolean;
}

export interface Subject {
  id: string;
  label: string;
  site: string;
  n_cases: number;
  n_studies: number;
  created_at: string;
  withdrawn: (Consequences & { at: string; by: string; reason: string }) | null;
}
