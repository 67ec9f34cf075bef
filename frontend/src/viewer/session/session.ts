/**
 * One read being worked on: its contents, its journal, its sending.
 *
 * Every change is written to the journal first, shown at once, and sent in order until the server
 * confirms it. "Saved" is said only when the journal is empty.
 */
import { api, ApiError, messageOf, Offline } from '../../api/client';
import type { Annotation, Contents, Numbers } from '../../api/types';
import type { Parts } from '../../cmr/geometry';
import { applied, appliedAll, type Held, heldOf, keyOf, targetOf, versionOf } from './contents';
import { type ContourKey, type Journal, journalOf, type Operation } from './journal';

export interface Conflict {
  target: string;
  mine: Operation;
  theirs: Annotation | { value: string | number | null; version: number } | null;
  message: string;
}

export interface Snapshot {
  held: Held;
  saving: 'saved' | 'saving' | 'offline' | 'refused';
  savedAt: Date | null;
  unsaved: number;
  message: string;
  conflicts: Conflict[];
  canUndo: boolean;
  canRedo: boolean;
  /** What the server computed from what it holds. */
  numbers: Numbers | null;
}

/** An operation before it knows what it is based on. */
export type Change = Operation extends infer O ? (O extends Operation ? Omit<O, 'op_id' | 'base_version'> : never) : never;

interface Result {
  op_id: string;
  outcome: 'applied' | 'duplicate' | 'conflict';
  version: number;
  current: Annotation | { value: string | number | null; version: number } | null;
  message?: string;
}
interface Step {
  back: Change[];
  forth: Change[];
}
interface Pending {
  seq: Promise<number>;
  operation: Operation;
}

const RETRY_MS = [500, 1000, 2000, 5000, 10_000];
const MOST_STEPS = 200;

export class ReadSession {
  private base: Held = { annotations: new Map(), answers: new Map(), pins: new Map() };
  private pending: Pending[] = [];
  private undoable: Step[] = [];
  private redoable: Step[] = [];
  private sending: Promise<void> | null = null;
  private failures = 0;
  private readonly listeners = new Set<() => void>();
  private readonly journal: Journal;
  private closed = false;
  snapshot: Snapshot = {
    held: this.base,
    saving: 'saved',
    savedAt: null,
    unsaved: 0,
    message: '',
    conflicts: [],
    canUndo: false,
    canRedo: false,
    numbers: null,
  };

  constructor(
    readonly readId: string,
    journal?: Journal,
  ) {
    this.journal = journal ?? journalOf(readId);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get = (): Snapshot => this.snapshot;

  /** Load what the server holds and what this browser still owes it. */
  async open(): Promise<void> {
    await this.reload();
    const left = await this.journal.load();
    this.pending = left.map(({ seq, operation }) => ({ seq: Promise.resolve(seq), operation }));
    this.publish();
    void this.flush();
  }

  close(): void {
    this.closed = true;
  }

  /** Take up what the server holds now: after a draft came in, after contours were taken. */
  async reload(): Promise<void> {
    this.base = heldOf(await api.get<Contents>(`/reads/${this.readId}/annotations/`));
    this.publish();
  }

  /** Contents from an answer of the server, without asking again. */
  replace(contents: Contents): void {
    this.base = heldOf(contents);
    this.undoable = [];
    this.redoable = [];
    this.publish({ savedAt: new Date() });
  }

  contour(key: ContourKey, parts: Parts | null): void {
    const before = this.snapshot.held.annotations.get(keyOf(key));
    this.record({ back: [{ kind: 'contour', ...key, parts: before?.parts ?? null }], forth: [{ kind: 'contour', ...key, parts }] });
  }

  /**
   * Contours that were computed, in one step to undo: origin propagated, state auto. What was there
   * untouched comes back as untouched; a contour that a person settled stays. Says how many were written.
   */
  propagated(made: { key: ContourKey; parts: Parts }[]): number {
    const step: Step = { back: [], forth: [] };
    for (const { key, parts } of made) {
      const before = this.snapshot.held.annotations.get(keyOf(key));
      const drawn = before !== undefined && before.parts.length > 0;
      if (drawn && before.state !== 'auto') continue;
      step.forth.push({ kind: 'contour', ...key, parts, origin: 'propagated' });
      step.back.push({ kind: 'contour', ...key, ...(drawn ? { parts: before.parts, origin: 'propagated' as const } : { parts: null }) });
    }
    if (step.forth.length > 0) this.record(step);
    return step.forth.length;
  }

  /** Accept contours as they are. Acceptance is not undone: edit or delete instead. */
  accept(keys: ContourKey[]): void {
    const open = keys.filter((key) => {
      const held = this.snapshot.held.annotations.get(keyOf(key));
      return held !== undefined && held.parts.length > 0 && held.state === 'auto';
    });
    if (open.length > 0) this.play(open.map((key) => ({ kind: 'state', ...key, state: 'accepted' })));
  }

  answer(question: string, value: string | null): void {
    const before = this.snapshot.held.answers.get(question)?.value ?? null;
    this.record({ back: [{ kind: 'answer', question, value: before }], forth: [{ kind: 'answer', question, value }] });
  }

  pin(name: string, value: number | null): void {
    const before = this.snapshot.held.pins.get(name)?.value ?? null;
    this.record({ back: [{ kind: 'pin', name, value: before }], forth: [{ kind: 'pin', name, value }] });
  }

  /** An undo is a change like any other: it goes into the journal. */
  undo(): void {
    const step = this.undoable.pop();
    if (!step) return;
    this.redoable.push(step);
    this.play(step.back);
  }

  redo(): void {
    const step = this.redoable.pop();
    if (!step) return;
    this.undoable.push(step);
    this.play(step.forth);
  }

  resolve(conflict: Conflict, keepMine: boolean): void {
    this.publish({ conflicts: this.snapshot.conflicts.filter((c) => c !== conflict) });
    if (!keepMine) return;
    this.play([conflict.mine]);
  }

  /** Resolves when everything is confirmed; rejects when it can't be now. */
  async settled(): Promise<void> {
    await this.flush();
    if (this.pending.length > 0) throw new Offline();
    if (this.snapshot.conflicts.length > 0) {
      throw new ApiError(409, 'conflict', 'Something was changed elsewhere. Settle the conflicts first.');
    }
  }

  private record(step: Step): void {
    this.undoable.push(step);
    if (this.undoable.length > MOST_STEPS) this.undoable.shift();
    this.redoable = [];
    this.play(step.forth);
  }

  private play(changes: Change[]): void {
    // one change per target, each based on what is shown now: looked up once, not once for each
    const targets = new Set<string>();
    let held = this.shown();
    for (const change of changes) {
      const operation = { ...change, op_id: crypto.randomUUID(), base_version: 0 } as Operation;
      if (targets.has(targetOf(operation))) held = this.shown();
      targets.add(targetOf(operation));
      this.put(operation, held);
    }
    this.publish();
    void this.flush();
  }

  private put(operation: Operation, held: Held): void {
    operation.base_version = versionOf(held, operation);
    // what a person emptied, by deleting or by undoing, may be filled again; what they drew may not
    if (operation.kind === 'contour' && operation.origin && held.annotations.get(keyOf(operation))?.parts.length === 0) operation.replace = true;
    const seq = this.journal.add(operation);
    // a browser without room for the journal still sends; the reader is told
    seq.catch(() => this.publish({ message: 'This browser has no room to keep unsaved work. Stay online until it says saved.' }));
    this.pending.push({ seq, operation });
  }

  private shown(): Held {
    return appliedAll(this.base, this.pending.map((p) => p.operation));
  }

  flush(): Promise<void> {
    this.sending ??= this.send().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async send(): Promise<void> {
    while (this.pending.length > 0 && !this.closed) {
      const batch = this.pending.slice(0, 200);
      try {
        const answer = await api.post<{ results: Result[]; measurements: Numbers }>(`/reads/${this.readId}/operations/`, {
          operations: batch.map((p) => p.operation),
        });
        this.failures = 0;
        await this.confirm(batch, answer.results);
        this.publish({ numbers: answer.measurements, savedAt: new Date(), message: '' });
      } catch (error) {
        this.failed(error);
        return;
      }
    }
  }

  private failed(error: unknown): void {
    const known = error instanceof ApiError;
    const transient = !known || error.status >= 500 || error.code === 'concurrent_save';
    this.publish({ saving: transient ? 'offline' : 'refused', message: messageOf(error) });
    if (!transient || this.closed) return;
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]!;
    this.failures += 1;
    setTimeout(() => void this.flush(), wait);
  }

  private async confirm(batch: Pending[], results: Result[]): Promise<void> {
    const conflicts = new Map(this.snapshot.conflicts.map((c) => [c.target, c]));
    results.forEach((result, i) => {
      const { operation } = batch[i]!;
      if (result.outcome === 'conflict') {
        this.take(operation, result);
        conflicts.set(targetOf(operation), {
          target: targetOf(operation),
          mine: operation,
          theirs: result.current,
          message: result.message ?? '',
        });
      } else if (result.outcome === 'applied' || versionOf(this.base, operation) < result.version) {
        this.base = applied(this.base, operation, result.version);
      }
    });
    this.pending = this.pending.slice(batch.length);
    this.publish({ conflicts: [...conflicts.values()] });
    await this.journal.remove(await Promise.all(batch.map((p) => p.seq))).catch(() => undefined);
  }

  /** After a conflict the screen shows what the server holds. */
  private take(operation: Operation, result: Result): void {
    const current = result.current;
    if (current === null) return;
    if (operation.kind === 'answer') {
      const value = current as { value: string | null; version: number };
      this.base = { ...this.base, answers: new Map(this.base.answers).set(operation.question, value) };
    } else if (operation.kind === 'pin') {
      const value = current as { value: number | null; version: number };
      this.base = { ...this.base, pins: new Map(this.base.pins).set(operation.name, value) };
    } else {
      const annotation = current as Annotation;
      this.base = { ...this.base, annotations: new Map(this.base.annotations).set(keyOf(operation), annotation) };
    }
  }

  private publish(change: Partial<Snapshot> = {}): void {
    const unsaved = this.pending.length;
    const stuck = unsaved > 0 && this.failures > 0 && change.saving === undefined;
    this.snapshot = {
      ...this.snapshot,
      saving: unsaved === 0 ? 'saved' : stuck ? 'offline' : 'saving',
      ...change,
      held: this.shown(),
      unsaved,
      canUndo: this.undoable.length > 0,
      canRedo: this.redoable.length > 0,
    };
    for (const listener of this.listeners) listener();
  }
}
