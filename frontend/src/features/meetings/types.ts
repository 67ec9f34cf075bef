/** Meetings as the portal sends them (docs/openapi.yaml). */
import type { ReadingKey } from '../../api/settling';
import type { Place } from '../../realtime/meeting';

export interface Person {
  id: string;
  name: string;
}

export interface MeetingBrief {
  id: string;
  title: string;
  state: 'planned' | 'live' | 'closed';
  chair: Person;
  planned_at: string | null;
  started_at: string | null;
  closed_at: string | null;
  n_people: number;
  n_cases: number;
}

export interface Choice {
  reading: ReadingKey | null;
  answers: Record<string, unknown>;
}

export interface Item {
  id: string;
  state: 'waiting' | 'open' | 'done';
  vote_stage: 'none' | 'blind' | 'open' | 'ended';
  case_id: string | null;
  case_label: string;
  opens: boolean;
  voted: string[];
  votes: (Choice & { user: Person; is_blind: boolean })[];
  decision: (Choice & { number: number; text: string; dissent: string; at: string; by: string }) | null;
}

export interface Meeting extends MeetingBrief {
  project: { slug: string; name: string };
  is_blinded: boolean;
  sequence: number;
  me: string;
  may_settle: boolean;
  presenter: Person;
  pen: { holder: Person; until: string } | null;
  people: (Person & { joined_at: string | null; here: boolean })[];
  items: Item[];
  minutes: { version: number; text: string } | null;
  view: Partial<Place>;
}

/** A place in an image that words or lines are bound to. */
export interface Spot {
  stack_id: string;
  slice: number;
  phase: number;
  column?: number;
  row?: number;
}
