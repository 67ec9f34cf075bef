/** Subjects as the data steward sees them, and their withdrawal. */

export interface Concerned {
  id: string;
  name: string;
  version?: string | number;
  /** A model's. */
  state?: string;
}

/** What a withdrawal removes or has removed, and what had used the subject. */
export interface Consequences {
  removed: Record<string, number>;
  affected: Partial<Record<'datasets' | 'test_sets' | 'models', Concerned[]>>;
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
