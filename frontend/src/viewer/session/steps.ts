/** Undoing: what takes a change back, and whether a change is still what the read says. Pure. */
import { type Held, keyOf } from './contents';
import type { Change, Conflict, Operation, Step } from './journal';

/** The changes that lead back to what `held` says of the thing that `change` is about to change. */
export function inverseOf(held: Held, change: Change): Change[] {
  if (change.kind === 'answer') return [{ ...change, value: held.answers.get(change.question)?.value ?? null }];
  if (change.kind === 'pin') return [{ ...change, value: held.pins.get(change.name)?.value ?? null }];
  const { structure, sop_instance_uid, frame_number } = change;
  const key = { structure, sop_instance_uid, frame_number };
  const before = held.annotations.get(keyOf(key));
  if (before === undefined || before.parts.length === 0) return [{ kind: 'contour', ...key, parts: null }];
  const back: Change[] = change.kind === 'contour' ? [{ kind: 'contour', ...key, parts: before.parts }] : [];
  if (before.state === 'edited') return back;
  // drawing over it made it "edited": it goes back to a draft, and to an accepted one
  back.push({ kind: 'state', ...key, state: 'auto', origin: before.origin, model: before.model });
  if (before.state === 'accepted') back.push({ kind: 'state', ...key, state: 'accepted' });
  return back;
}

/** Whether the read still says what `changes` made it say. */
export function stillSays(held: Held, changes: Change[]): boolean {
  return changes.every((change) => says(held, change, changes));
}

function says(held: Held, change: Change, all: Change[]): boolean {
  if (change.kind === 'answer') return (held.answers.get(change.question)?.value ?? null) === change.value;
  if (change.kind === 'pin') return (held.pins.get(change.name)?.value ?? null) === change.value;
  const found = held.annotations.get(keyOf(change));
  if (change.kind === 'contour') return JSON.stringify(found?.parts ?? []) === JSON.stringify(change.parts ?? []);
  const last = all.findLast((other) => other.kind === 'state' && keyOf(other) === keyOf(change));
  return last !== change || found?.state === change.state;
}

/** What undoing would do, put beside what was changed elsewhere meanwhile: the person chooses. */
export function contradicted(held: Held, step: Step, changes: Change[], played: Change[]): Conflict[] {
  const mine = changes.filter((change) => change.kind !== 'state' || !changes.some((c) => c !== change && c.kind === 'contour' && keyOf(c) === keyOf(change)));
  return mine
    .filter((change) => !stillSays(held, played.filter((p) => targetName(p) === targetName(change))))
    .map((change) => ({
      id: `${step.id}|${targetName(change)}`,
      target: targetName(change),
      mine: { ...change, op_id: crypto.randomUUID(), base_version: 0 } as Operation,
      theirs: theirsOf(held, change),
      message: 'What you undo was changed elsewhere since.',
    }));
}

const targetName = (change: Change): string =>
  change.kind === 'answer' ? `answer|${change.question}` : change.kind === 'pin' ? `pin|${change.name}` : keyOf(change);

function theirsOf(held: Held, change: Change): Conflict['theirs'] {
  if (change.kind === 'answer') return held.answers.get(change.question) ?? null;
  if (change.kind === 'pin') return held.pins.get(change.name) ?? null;
  return held.annotations.get(keyOf(change)) ?? null;
}
