/** Undoing: what takes a change back, and whether the read still says what was done. Pure. */
import { type Held, keyOf, targetOf } from './contents';
import type { Change, Conflict, Operation } from './journal';

/** The changes that lead back to what `held` says of the thing that `change` is about to change. */
export function inverseOf(held: Held, change: Change): Change[] {
  if (change.kind === 'answer') return [{ ...change, value: held.answers.get(change.question)?.value ?? null }];
  if (change.kind === 'pin') return [{ ...change, value: held.pins.get(change.name)?.value ?? null }];
  if (change.kind === 'object') return [{ ...change, object: held.objects.get(change.object_id)?.object ?? null }];
  const { structure, sop_instance_uid, frame_number } = change;
  const key = { structure, sop_instance_uid, frame_number };
  const before = held.annotations.get(keyOf(key));
  if (before === undefined || before.parts.length === 0) return [{ kind: 'contour', ...key, parts: null }];
  const back: Change[] = change.kind === 'contour' ? [{ kind: 'contour', ...key, parts: before.parts }] : [];
  if (before.state === 'edited') return back;
  // drawing over it made it "edited": back to a draft, and to an accepted one where it was that
  back.push({ kind: 'state', ...key, state: 'auto', origin: before.origin, model: before.model });
  if (before.state === 'accepted') back.push({ kind: 'state', ...key, state: 'accepted' });
  return back;
}

/**
 * A step is played only where the read still says what the step made it say. What was changed
 * elsewhere meanwhile becomes a conflict: the person chooses, nothing is overwritten unseen.
 */
export function split(held: Held, wanted: Change[], done: Change[]): { play: Change[]; conflicts: Conflict[] } {
  const contradicted = new Set(done.map(targetOf).filter((target) => !says(held, done, target)));
  const play = wanted.filter((change) => !contradicted.has(targetOf(change)));
  const conflicts = [...contradicted].flatMap((target) => {
    const mine = wanted.find((change) => targetOf(change) === target);
    return mine ? [conflictOf(held, mine)] : [];
  });
  return { play, conflicts };
}

function says(held: Held, done: Change[], target: string): boolean {
  const own = done.filter((change) => targetOf(change) === target);
  return own.every((change, i) => {
    if (change.kind === 'answer') return JSON.stringify(held.answers.get(change.question)?.value ?? null) === JSON.stringify(change.value);
    if (change.kind === 'pin') return (held.pins.get(change.name)?.value ?? null) === change.value;
    if (change.kind === 'object') return JSON.stringify(held.objects.get(change.object_id)?.object ?? null) === JSON.stringify(change.object);
    const found = held.annotations.get(target);
    if (change.kind === 'contour') return JSON.stringify(found?.parts ?? []) === JSON.stringify(change.parts ?? []);
    return i < own.length - 1 || found?.state === change.state;
  });
}

/** What is held of the thing that a change acts on. */
export function heldAt(held: Held, change: Change): Conflict['theirs'] {
  if (change.kind === 'answer') return held.answers.get(change.question) ?? null;
  if (change.kind === 'pin') return held.pins.get(change.name) ?? null;
  if (change.kind === 'object') return held.objects.get(change.object_id) ?? null;
  return held.annotations.get(keyOf(change)) ?? null;
}

function conflictOf(held: Held, change: Change): Conflict {
  return {
    id: crypto.randomUUID(),
    target: targetOf(change),
    mine: { ...change, op_id: crypto.randomUUID(), base_version: 0 } as Operation,
    theirs: heldAt(held, change),
    message: 'It was changed after the step that you take back.',
  };
}
