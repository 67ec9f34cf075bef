/** What a conflict shows: two versions of one thing, in words, in areas and as contours. Pure. */
import type { Annotation, AnswerValue, Protocol, WorldObject } from '../api/types';
import { polygonAreaPx } from '../cmr/area';
import type { Parts } from '../cmr/geometry';
import { answerText, isGiven } from '../components/answers';
import { typeName, worldValue } from './objects/values';
import type { Shape } from './painting';
import type { Conflict, ContourKey, Operation } from './session/journal';

export const MINE = '#3fd0e6';
export const THEIRS = '#ffb04a';

type OnContour = Extract<Operation, { kind: 'contour' | 'state' }>;

export interface Sides {
  title: string;
  mine: string;
  theirs: string;
  /** Where it is; null for answers and pins. */
  frame: ContourKey | null;
}

export function sidesOf(conflict: Conflict, protocol: Protocol, pixelAreaMm2: number): Sides {
  const { mine, theirs } = conflict;
  if (mine.kind === 'answer' || mine.kind === 'pin') {
    const title = mine.kind === 'answer' ? questionOf(protocol, mine.question) : mine.name.replaceAll('_', ' ');
    const stored = theirs !== null && 'value' in theirs ? theirs.value : null;
    const question = mine.kind === 'answer' ? protocol.questions.find((q) => q.code === mine.question) : undefined;
    const said = (value: AnswerValue | null) => (mine.kind === 'pin' ? pinned(value) : isGiven(value) ? answerText(question, value) : 'no answer');
    return { title, mine: said(mine.value), theirs: said(stored), frame: null };
  }
  if (mine.kind === 'object') return objectSides(mine, theirs);
  const title = protocol.structures.find((s) => s.code === mine.structure)?.title ?? mine.structure;
  const stored = storedOf(conflict);
  const area = (parts: Parts) => (parts.length === 0 ? 'no contour' : `${(polygonAreaPx(parts) * pixelAreaMm2).toFixed(0)} mm²`);
  return {
    title,
    mine: mine.kind === 'state' ? (mine.state === 'accepted' ? 'accept the one before' : 'take the acceptance back') : area(mine.parts ?? []),
    theirs: area(stored?.parts ?? []),
    frame: mine,
  };
}

function objectSides(mine: Extract<Operation, { kind: 'object' }>, theirs: Conflict['theirs']): Sides {
  const stored = theirs !== null && 'object_id' in theirs ? theirs.object : null;
  const title = mine.object?.label || stored?.label || typeName(mine.object?.type ?? stored?.type ?? 'length');
  const shown = (object: WorldObject | null) => (object === null ? 'deleted' : worldValue(object));
  return { title, mine: shown(mine.object), theirs: shown(stored), frame: null };
}

/** Both versions of what is in dispute in this frame. */
export function conflictShapes(conflicts: Conflict[], frame: { sop_instance_uid: string; frame_number: number }): Shape[] {
  return conflicts.flatMap((conflict) => {
    const { mine, id } = conflict;
    if (!onContour(mine) || mine.sop_instance_uid !== frame.sop_instance_uid || mine.frame_number !== frame.frame_number) return [];
    const stored: Shape = { key: `${id}|theirs`, parts: storedOf(conflict)?.parts ?? [], color: THEIRS, width: 2.4 };
    return mine.kind === 'contour' ? [stored, { key: `${id}|mine`, parts: mine.parts ?? [], color: MINE, width: 2.4 }] : [stored];
  });
}

const onContour = (operation: Operation): operation is OnContour => operation.kind === 'contour' || operation.kind === 'state';

function storedOf({ theirs }: Conflict): Annotation | null {
  return theirs !== null && 'parts' in theirs ? theirs : null;
}

function questionOf(protocol: Protocol, code: string): string {
  return protocol.questions.find((q) => q.code === code)?.title ?? code;
}

const pinned = (value: AnswerValue | null) => (typeof value === 'number' ? String(value + 1) : 'automatic');
