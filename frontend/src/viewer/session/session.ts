/**
 * One read being worked on: its contents, its journal, its sending.
 *
 * Every change is written to the journal first, shown at once, and sent in order until the server
 * confirms it. "Saved" is said only when the journal is empty and nothing waits to be decided.
 */
import { api, ApiError, Offline } from '../../api/client';
import { signIn } from '../../api/signIn';
import type { AnswerValue, Contents, WorldObject } from '../../api/types';
import type { Parts } from '../../cmr/geometry';
import { answered, appliedAll, type Held, heldOf, keyOf, newest, NOTHING_HELD, type Taken, targetOf, versionOf } from './contents';
import { journalOf } from './database';
import { after, type Change, type Conflict, type ContourKey, type Journal, type Kept, NOTHING, type Operation, type Step, type Writing } from './journal';
import { heldAt, inverseOf, split } from './steps';
import { ALONE, type News, type Tabs, tabsOf } from './tabs';
import { type Trouble, troubleOf, unusableOf } from './trouble';

export type { Conflict } from './journal';

export interface Snapshot {
  held: Held;
  saving: 'saved' | 'saving' | 'conflict' | Trouble['sign'];
  savedAt: Date | null;
  unsaved: number;
  /** Whether unsaved work would outlive this window. */
  durable: boolean;
  message: string;
  conflicts: Conflict[];
  canUndo: boolean;
  canRedo: boolean;
}

/** Which model made a contour, and the server's note that it did. */
export interface By {
  made_by: string;
  model: string;
}

interface Saved {
  results: (Omit<Taken, 'operation'> & { op_id: string; message?: string })[];
}

const RETRY_MS = [500, 1000, 2000, 5000, 10_000];
const ANSWER_MS = 20_000;
const BATCH = 200;
const MOST_STEPS = 200;

export class ReadSession {
  private base = NOTHING_HELD;
  private kept: Kept = NOTHING;
  private tabs: Tabs = ALONE;
  /** What other windows told before this one was open. */
  private early: News[] | null = [];
  private durable = true;
  private sending: Promise<void> | null = null;
  private again = false;
  private trouble: Trouble | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private readonly listeners = new Set<() => void>();
  private readonly journal: Journal;
  snapshot: Snapshot = {
    held: NOTHING_HELD,
    saving: 'saved',
    savedAt: null,
    unsaved: 0,
    durable: true,
    message: '',
    conflicts: [],
    canUndo: false,
    canRedo: false,
  };

  constructor(
    readonly readId: string,
    private readonly userId = '',
    journal?: Journal,
  ) {
    this.journal = journal ?? journalOf(readId, userId);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get = (): Snapshot => this.snapshot;

  /** Load what this browser still owes the server, and what the server holds. */
  async open(): Promise<void> {
    this.tabs = tabsOf(this.readId, this.userId, (news) => this.hear(news));
    if (this.closed) this.tabs.close();
    // the journal first: what is confirmed between the two is then in both, and in none never
    this.kept = await this.journal.load().catch(() => {
      this.durable = false;
      return NOTHING;
    });
    await this.reload();
    const early = this.early ?? [];
    this.early = null;
    for (const news of early) this.hear(news);
    this.publish();
    void this.flush();
  }

  /** The window turns to something else; what is owed is sent once more. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    const sent = this.trouble?.retry === false ? Promise.resolve() : this.flush();
    void sent.finally(() => this.tabs.close());
  }

  /** Take up what the server holds now: after a draft came in, after contours were taken. */
  async reload(): Promise<void> {
    this.base = newest(this.base, heldOf(await api.get<Contents>(`/reads/${this.readId}/annotations/`)));
    this.publish();
  }

  /** Contents from an answer of the server; what was confirmed while it was on its way stays. */
  replace(contents: Contents): void {
    this.base = newest(this.base, heldOf(contents));
    this.keep({ dropSteps: this.kept.steps.map((step) => step.id) });
    this.tabs.tell({ reload: true });
    this.publish({ savedAt: new Date() });
  }

  contour(key: ContourKey, parts: Parts | null): void {
    this.record([{ kind: 'contour', ...key, parts }]);
  }

  /**
   * Contours that were computed, in one step to undo: origin propagated, or AI where a model made
   * them, and state auto. A contour that a person settled stays. Says how many were written.
   */
  computed(made: { key: ContourKey; parts: Parts }[], by?: By): number {
    const origin = by ? { origin: 'ai' as const, made_by: by.made_by, model: by.model } : { origin: 'propagated' as const };
    const open = made.filter(({ key }) => {
      const before = this.snapshot.held.annotations.get(keyOf(key));
      return before === undefined || before.parts.length === 0 || before.state === 'auto';
    });
    this.record(open.map(({ key, parts }) => ({ kind: 'contour', ...key, parts, ...origin })));
    return open.length;
  }

  /** Accept contours as they are. */
  accept(keys: ContourKey[]): void {
    const open = keys.filter((key) => {
      const held = this.snapshot.held.annotations.get(keyOf(key));
      return held !== undefined && held.parts.length > 0 && held.state === 'auto';
    });
    this.record(open.map(({ structure, sop_instance_uid, frame_number }) => ({ kind: 'state', structure, sop_instance_uid, frame_number, state: 'accepted' })));
  }

  answer(question: string, value: AnswerValue | null): void {
    this.record([{ kind: 'answer', question, value }]);
  }

  pin(name: string, value: number | null): void {
    this.record([{ kind: 'pin', name, value }]);
  }

  /** Put, change or (with null) delete a landmark or measurement. */
  object(id: string, object: WorldObject | null): void {
    this.record([{ kind: 'object', object_id: id, object }]);
  }

  /** An undo is a change like any other: it goes into the journal. */
  undo(): void {
    const step = this.kept.steps.findLast((s) => !s.undone);
    if (step) this.replay({ ...step, undone: true }, step.back, step.forth);
  }

  redo(): void {
    const step = this.kept.steps.find((s) => s.undone);
    if (step) this.replay({ ...step, undone: false }, step.forth, step.back);
  }

  /** Take mine or keep what is stored, of these conflicts. */
  resolve(conflicts: Conflict[], keepMine: boolean): void {
    const settled = conflicts.map((c) => c.id);
    if (!keepMine) {
      this.keep({ settled });
      this.publish();
      return;
    }
    this.record(conflicts.map(({ mine }) => mine), settled);
  }

  /** Resolves when everything is confirmed; rejects with the reason when it can't be now. */
  async settled(): Promise<void> {
    await this.flush();
    if (this.kept.operations.length > 0) throw this.trouble?.cause ?? new Offline();
    if (this.kept.conflicts.length > 0) {
      throw new ApiError(409, 'conflict', 'Something was changed elsewhere. Settle the conflicts first.');
    }
  }

  /** Work that the server doesn't hold, to keep outside this browser. */
  unsent(): Pick<Kept, 'operations' | 'conflicts'> {
    return { operations: this.kept.operations, conflicts: this.kept.conflicts };
  }

  private record(forth: Change[], settled: string[] = []): void {
    if (forth.length === 0) return;
    const { held } = this.snapshot;
    const { steps } = this.kept;
    const done = steps.filter((s) => !s.undone);
    const step: Step = {
      id: crypto.randomUUID(),
      order: (steps.at(-1)?.order ?? 0) + 1,
      undone: false,
      back: forth.toReversed().flatMap((change) => inverseOf(held, change)),
      forth,
    };
    const dropSteps = [...steps.filter((s) => s.undone), ...done.slice(0, Math.max(0, done.length + 1 - MOST_STEPS))].map((s) => s.id);
    this.change({ add: this.operationsOf(forth), step, dropSteps, settled });
  }

  private replay(step: Step, wanted: Change[], done: Change[]): void {
    const { play, conflicts } = split(this.snapshot.held, wanted, done);
    this.change({ add: this.operationsOf(play), step, conflicts });
  }

  private change(writing: Writing): void {
    this.keep(writing);
    this.publish();
    void this.flush();
  }

  /** One writing of the journal: in memory at once, on disk, and in the other windows. */
  private keep(writing: Writing): void {
    this.kept = after(this.kept, writing);
    this.journal.write(writing).then(
      () => this.kept.operations.length === 0 && this.written(true),
      () => this.written(false),
    );
    this.tabs.tell({ writing });
  }

  private written(durable: boolean): void {
    if (this.durable === durable) return;
    this.durable = durable;
    this.publish();
  }

  private hear(news: News): void {
    if (this.early) {
      this.early.push(news);
      return;
    }
    if (news.writing) this.kept = after(this.kept, news.writing);
    if (news.taken) this.base = answered(this.base, news.taken);
    if (news.reload) void this.reload().catch(() => undefined);
    this.publish(news.taken ? { savedAt: new Date() } : {});
  }

  private operationsOf(changes: Change[]): Operation[] {
    const held = this.shown();
    const before = new Map<string, number>();
    return changes.map((change) => {
      // the change may be an operation of before: it gets an id and a base of its own
      const operation = { ...change, op_id: crypto.randomUUID(), base_version: 0 } as Operation;
      const target = targetOf(change);
      const ahead = before.get(target) ?? 0;
      before.set(target, ahead + 1);
      operation.base_version = versionOf(held, operation) + ahead;
      return operation;
    });
  }

  private shown(): Held {
    return appliedAll(this.base, this.kept.operations);
  }

  flush(): Promise<void> {
    if (this.sending) {
      this.again = true;
      return this.sending;
    }
    clearTimeout(this.timer);
    this.again = false;
    this.sending = this.tabs
      .alone(() => this.send())
      .finally(() => {
        this.sending = null;
        return this.again ? this.flush() : undefined;
      });
    return this.sending;
  }

  private async send(): Promise<void> {
    while (this.kept.operations.length > 0) {
      const operations = this.kept.operations.slice(0, BATCH);
      try {
        const answer = await api.post<Saved>(`/reads/${this.readId}/operations/`, { operations, measure: false }, AbortSignal.timeout(ANSWER_MS));
        this.failures = 0;
        this.trouble = null;
        this.confirm(operations, answer);
      } catch (error) {
        if (this.setAside(operations, error)) continue;
        this.failed(troubleOf(error));
        return;
      }
    }
  }

  private failed(trouble: Trouble): void {
    this.trouble = trouble;
    this.publish();
    // somebody else may have signed in in another window
    if (trouble.sign === 'refused') signIn.doubt();
    if (!trouble.retry || this.closed) return;
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]!;
    this.failures += 1;
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  /** What the server can't take, and what was made on top of it, is a conflict to settle: nothing else waits for it. */
  private setAside(batch: Operation[], error: unknown): boolean {
    const unusable = unusableOf(error);
    const first = unusable && batch[unusable.index];
    if (!first) return false;
    const { operations } = this.kept;
    const from = operations.findIndex((o) => o.op_id === first.op_id);
    const target = targetOf(first);
    const on = from < 0 ? [] : operations.slice(from).filter((o) => targetOf(o) === target);
    const mine = on.findLast((o) => o.kind !== 'state') ?? first;
    const conflict = { id: first.op_id, target, mine, theirs: heldAt(this.base, first), message: unusable.message };
    if (on.length > 0) this.keep({ answered: on.map((o) => o.op_id), conflicts: [conflict] });
    this.publish();
    return true;
  }

  private confirm(batch: Operation[], { results }: Saved): void {
    const taken = results.map((result, i): Taken => ({ ...result, operation: batch[i]! }));
    const refused = new Map<string, Conflict>();
    results.forEach((result, i) => {
      const mine = batch[i]!;
      if (result.outcome !== 'conflict') return;
      const drawn = mine.kind === 'state' ? refused.get(targetOf(mine))?.mine : undefined;
      refused.set(targetOf(mine), { id: mine.op_id, target: targetOf(mine), mine: drawn ?? mine, theirs: result.current, message: result.message ?? '' });
    });
    // what was drawn on top of a refused stroke meanwhile is refused with it: the last one is mine
    const batched = new Set(batch.map((o) => o.op_id));
    const later = this.kept.operations.filter((o) => !batched.has(o.op_id) && refused.has(targetOf(o)));
    for (const mine of later.filter((o) => o.kind !== 'state')) refused.set(targetOf(mine), { ...refused.get(targetOf(mine))!, mine });
    this.base = answered(this.base, taken);
    this.tabs.tell({ taken });
    this.keep({ answered: [...batched, ...later.map((o) => o.op_id)], conflicts: [...refused.values()] });
    this.publish({ savedAt: new Date() });
  }

  private publish(change: Partial<Pick<Snapshot, 'savedAt'>> = {}): void {
    const { operations, conflicts, steps } = this.kept;
    const unsaved = operations.length;
    this.snapshot = {
      ...this.snapshot,
      ...change,
      saving: unsaved > 0 ? (this.trouble?.sign ?? 'saving') : conflicts.length > 0 ? 'conflict' : 'saved',
      message: unsaved > 0 ? (this.trouble?.message ?? '') : '',
      durable: this.durable,
      conflicts,
      held: this.shown(),
      unsaved,
      canUndo: steps.some((s) => !s.undone),
      canRedo: steps.some((s) => s.undone),
    };
    for (const listener of this.listeners) listener();
  }
}
