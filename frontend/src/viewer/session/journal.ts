/** What a reader's browser keeps of a read: unconfirmed operations, steps to undo, conflicts. */
import type { Annotation, AnswerValue, ObjectEntry, WorldObject } from '../../api/types';
import type { Parts } from '../../cmr/geometry';

interface Base {
  op_id: string;
  base_version: number;
}
export interface ContourKey {
  structure: string;
  sop_instance_uid: string;
  frame_number: number;
}
/** A contour that was computed and not drawn: a reader still has to accept or edit it. */
type Computed = { origin?: 'propagated' } | { origin: 'ai'; made_by: string; model: string };
/** Back to unconfirmed, with what the screen shows of it; the server looks it up by itself. */
type Unconfirmed = Pick<Annotation, 'origin' | 'model'>;

export type Operation =
  | (Base & ContourKey & { kind: 'contour'; parts: Parts | null } & Computed)
  | (Base & ContourKey & { kind: 'state'; state: 'accepted' })
  | (Base & ContourKey & { kind: 'state'; state: 'auto' } & Unconfirmed)
  | (Base & { kind: 'answer'; question: string; value: AnswerValue | null })
  | (Base & { kind: 'pin'; name: string; value: number | null })
  | (Base & { kind: 'object'; object_id: string; object: WorldObject | null });

/** An operation before it knows what it is based on. */
export type Change = Operation extends infer O ? (O extends Operation ? Omit<O, 'op_id' | 'base_version'> : never) : never;

/** One step of undo: what was done, and what takes it back. */
export interface Step {
  id: string;
  order: number;
  undone: boolean;
  back: Change[];
  forth: Change[];
}

export interface Conflict {
  id: string;
  target: string;
  mine: Operation;
  theirs: Annotation | ObjectEntry | { value: AnswerValue | null; version: number } | null;
  message: string;
}

export interface Kept {
  /** In the order in which they were made. */
  operations: Operation[];
  /** By `order`; the undone ones are last. */
  steps: Step[];
  conflicts: Conflict[];
}

/** One change of what is kept: all of it or nothing. */
export interface Writing {
  add?: Operation[];
  /** Operations that the server has answered, by id. */
  answered?: string[];
  /** Written anew, or over the one of the same id. */
  step?: Step;
  dropSteps?: string[];
  conflicts?: Conflict[];
  settled?: string[];
}

export interface Journal {
  load(): Promise<Kept>;
  write(writing: Writing): Promise<void>;
}

export const NOTHING: Kept = { operations: [], steps: [], conflicts: [] };

/** What is kept after a writing: what the screen shows, whatever the disk does. Pure. */
export function after(kept: Kept, writing: Writing): Kept {
  const { add = [], answered = [], step, dropSteps = [], conflicts = [], settled = [] } = writing;
  const known = new Set(add.map((o) => o.op_id));
  const steps = kept.steps.filter((s) => !dropSteps.includes(s.id) && s.id !== step?.id);
  return {
    operations: [...kept.operations.filter((o) => !answered.includes(o.op_id) && !known.has(o.op_id)), ...add],
    steps: step ? [...steps, step].sort((a, b) => a.order - b.order) : steps,
    conflicts: [...kept.conflicts.filter((c) => !settled.includes(c.id) && !conflicts.some((n) => n.id === c.id)), ...conflicts],
  };
}
