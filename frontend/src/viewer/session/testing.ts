/** For tests: a portal of one read, checking versions as the real one does, and a journal in memory. */
import { vi } from 'vitest';

import type { Annotation } from '../../api/types';
import type { Parts } from '../../cmr/geometry';
import { keyOf } from './contents';
import { after, type Journal, type Kept, NOTHING, type Operation } from './journal';

export const KEY = { structure: 'lv_endo', sop_instance_uid: '1.2.3', frame_number: 1 };
export const OTHER = { ...KEY, frame_number: 2 };
export const THIRD = { ...KEY, frame_number: 3 };
export const SQUARE: Parts = [[[0, 0], [10, 0], [10, 10], [0, 10]]];
export const LARGER: Parts = [[[0, 0], [12, 0], [12, 12], [0, 12]]];
export const DRAFT: Parts = [[[1, 1], [9, 1], [9, 9], [1, 9]]];

export function memory(start: Operation[] = []): Journal & { kept: Kept } {
  const journal = {
    kept: { ...NOTHING, operations: start },
    load: async () => journal.kept,
    write: async (writing: Parameters<Journal['write']>[0]) => {
      journal.kept = after(journal.kept, writing);
    },
  };
  return journal;
}

/** A journal that this browser can't keep: a private window, a full disk. */
export const broken: Journal = {
  load: () => Promise.reject(new Error('no database')),
  write: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
};

type OnContour = Extract<Operation, { kind: 'contour' | 'state' }>;
type Answer = Extract<Operation, { kind: 'answer' }>;

export class FakePortal {
  readonly contours = new Map<string, Annotation>();
  readonly answers = new Map<string, { value: Answer['value']; version: number }>();
  readonly applied: string[] = [];
  /** What it says instead of an answer: a status and a code, or nothing at all. */
  down: 'network' | { status: number; code: string } | null = null;
  /** What it can't read of a save, as it would say it; the whole save is refused. */
  unreadable: (operation: Operation) => string | null = () => null;
  private readonly seen = new Map<string, number>();

  constructor() {
    vi.stubGlobal('document', { cookie: '' });
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => this.answer(url, init));
  }

  at(key: typeof KEY): Annotation | undefined {
    return this.contours.get(keyOf(key));
  }

  /** Something that another device stored. */
  store(key: typeof KEY, parts: Parts, change: Partial<Annotation> = {}): void {
    const version = (this.at(key)?.version ?? 0) + 1;
    this.contours.set(keyOf(key), { ...key, parts, version, state: 'edited', origin: 'manual', model: null, ...change });
  }

  private answer(url: string, init: RequestInit): Response {
    if (this.down === 'network') throw new TypeError('network');
    if (this.down) return json({ error: { code: this.down.code, message: this.down.code, details: {} } }, this.down.status);
    if (url.endsWith('/annotations/')) return json({ annotations: [...this.contours.values()], answers: [...this.answers].map(([question, a]) => ({ question, ...a })), pins: [], objects: [] });
    const { operations } = JSON.parse(String(init.body)) as { operations: (OnContour | Answer)[] };
    const wrong = operations.findIndex((operation) => this.unreadable(operation) !== null);
    if (wrong >= 0) return json({ error: { code: 'invalid_input', message: 'Some of the input can’t be used.', details: { [`operations.${wrong}`]: [this.unreadable(operations[wrong]!)] } } }, 422);
    const contested = new Set<string>();
    const results = operations.map((operation) => (operation.kind === 'answer' ? this.write(operation) : this.apply(operation, contested)));
    return json({ results, measurements: null });
  }

  private write({ op_id, question, value, base_version }: Answer) {
    this.answers.set(question, { value, version: base_version + 1 });
    return { op_id, outcome: 'applied', version: base_version + 1, current: null };
  }

  private apply(operation: OnContour, contested: Set<string>) {
    const { op_id } = operation;
    const key = keyOf(operation);
    const before = this.contours.get(key);
    const version = before?.version ?? 0;
    if (this.seen.has(op_id)) return { op_id, outcome: 'duplicate', version: this.seen.get(op_id), current: null };
    if (operation.base_version !== version || contested.has(key)) {
      contested.add(key);
      return { op_id, outcome: 'conflict', version, current: before ?? null, message: 'stale' };
    }
    if (operation.kind === 'contour') this.store(operation, operation.parts ?? []);
    else this.store(operation, before!.parts, { state: operation.state, origin: before!.origin });
    this.seen.set(op_id, version + 1);
    this.applied.push(op_id);
    return { op_id, outcome: 'applied', version: version + 1, current: null };
  }
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
