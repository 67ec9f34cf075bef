/** What a read says, with the reader's unconfirmed operations applied. Pure. */
import type { Annotation, AnswerValue, Contents, ObjectEntry } from '../../api/types';
import type { Change, ContourKey, Operation } from './journal';

export interface Held {
  annotations: ReadonlyMap<string, Annotation>;
  answers: ReadonlyMap<string, { value: AnswerValue | null; version: number }>;
  pins: ReadonlyMap<string, { value: number | null; version: number }>;
  /** Landmarks and measurements by id; deleted ones stay, for their version. */
  objects: ReadonlyMap<string, ObjectEntry>;
}

export const keyOf = (key: ContourKey): string => `${key.structure}|${key.sop_instance_uid}|${key.frame_number}`;

/** What a change acts on: two with the same target follow one another. */
export function targetOf(change: Change): string {
  if (change.kind === 'answer') return `answer|${change.question}`;
  if (change.kind === 'pin') return `pin|${change.name}`;
  if (change.kind === 'object') return `object|${change.object_id}`;
  return keyOf(change);
}

export const NOTHING_HELD: Held = { annotations: new Map(), answers: new Map(), pins: new Map(), objects: new Map() };

export function heldOf(contents: Contents): Held {
  return {
    annotations: new Map(contents.annotations.map((a) => [keyOf(a), a])),
    answers: new Map(contents.answers.map((a) => [a.question, { value: a.value, version: a.version }])),
    pins: new Map(contents.pins.map((p) => [p.name, { value: p.value, version: p.version }])),
    objects: new Map(contents.objects.map((o) => [o.object_id, o])),
  };
}

/** The version that an operation on this target would be based on. */
export function versionOf(held: Held, operation: Operation): number {
  if (operation.kind === 'answer') return held.answers.get(operation.question)?.version ?? 0;
  if (operation.kind === 'pin') return held.pins.get(operation.name)?.version ?? 0;
  if (operation.kind === 'object') return held.objects.get(operation.object_id)?.version ?? 0;
  return held.annotations.get(keyOf(operation))?.version ?? 0;
}

/** Apply one operation as the server will: the version goes up by one. */
export function applied(held: Held, operation: Operation, version = operation.base_version + 1): Held {
  if (operation.kind === 'answer') {
    return { ...held, answers: new Map(held.answers).set(operation.question, { value: operation.value, version }) };
  }
  if (operation.kind === 'pin') {
    return { ...held, pins: new Map(held.pins).set(operation.name, { value: operation.value, version }) };
  }
  if (operation.kind === 'object') {
    const { object_id, object } = operation;
    return { ...held, objects: new Map(held.objects).set(object_id, { object_id, object, version }) };
  }
  const key = keyOf(operation);
  const next = nextAnnotation(held.annotations.get(key), operation, version);
  return next === null ? held : { ...held, annotations: new Map(held.annotations).set(key, next) };
}

/** Many in order: the contours are copied once, not once for each. */
export function appliedAll(held: Held, operations: readonly Operation[]): Held {
  let rest = held;
  const annotations = new Map(held.annotations);
  let touched = false;
  for (const operation of operations) {
    if (operation.kind !== 'contour' && operation.kind !== 'state') {
      rest = applied(rest, operation);
      continue;
    }
    const next = nextAnnotation(annotations.get(keyOf(operation)), operation, operation.base_version + 1);
    if (next === null) continue;
    annotations.set(keyOf(operation), next);
    touched = true;
  }
  return touched ? { ...rest, annotations } : rest;
}

/** The server's answer to one operation; `current` is what it holds where there is a conflict. */
export interface Taken {
  operation: Operation;
  outcome: 'applied' | 'duplicate' | 'conflict';
  version: number;
  current: Annotation | ObjectEntry | { value: AnswerValue | null; version: number } | null;
}

/** What the server holds after its answers; an answer older than what is known changes nothing. */
export function answered(held: Held, taken: Taken[]): Held {
  return taken.reduce((now, { operation, outcome, version, current }) => {
    if (outcome === 'conflict') return current === null ? now : newest(now, only(operation, current));
    return versionOf(now, operation) < version ? applied(now, operation, version) : now;
  }, held);
}

function only(operation: Operation, current: NonNullable<Taken['current']>): Held {
  const of = <T>(name: string) => new Map([[name, current as T]]);
  if (operation.kind === 'answer') return { ...NOTHING_HELD, answers: of(operation.question) };
  if (operation.kind === 'pin') return { ...NOTHING_HELD, pins: of(operation.name) };
  if (operation.kind === 'object') return { ...NOTHING_HELD, objects: of(operation.object_id) };
  return { ...NOTHING_HELD, annotations: of(keyOf(operation)) };
}

/** Of each thing the later version: contents may have been read before an answer, and come after it. */
export function newest(a: Held, b: Held): Held {
  return {
    annotations: later(a.annotations, b.annotations),
    answers: later(a.answers, b.answers),
    pins: later(a.pins, b.pins),
    objects: later(a.objects, b.objects),
  };
}

function later<T extends { version: number }>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const merged = new Map(a);
  for (const [key, value] of b) if ((merged.get(key)?.version ?? -1) <= value.version) merged.set(key, value);
  return merged;
}

type OnContour = Extract<Operation, { kind: 'contour' | 'state' }>;

/** The contour after an operation; null where there is none to accept. */
function nextAnnotation(before: Annotation | undefined, operation: OnContour, version: number): Annotation | null {
  if (operation.kind === 'state') {
    if (before === undefined) return null;
    if (operation.state === 'accepted') return { ...before, state: 'accepted', version };
    return { ...before, state: 'auto', origin: operation.origin, model: operation.model, version };
  }
  const { structure, sop_instance_uid, frame_number } = operation;
  const continued = before !== undefined && before.parts.length > 0;
  return {
    structure,
    sop_instance_uid,
    frame_number,
    parts: operation.parts ?? [],
    version,
    origin: operation.origin ?? (continued ? before.origin : 'manual'),
    state: operation.origin === undefined ? 'edited' : 'auto',
    model: operation.origin === 'ai' ? operation.model : operation.origin === undefined && continued ? before.model : null,
  };
}
