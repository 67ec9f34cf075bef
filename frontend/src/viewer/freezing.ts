/** What submitting and signing need and freeze. */
import type { Protocol } from '../api/types';
import type { FunctionResult } from '../cmr/volumes';
import { type Answers, objectOf, unanswered as openQuestions } from '../components/answers';
import type { Held } from './session/contents';
import type { ContourKey } from './session/journal';
import type { Place, Places } from './stack';

export interface Todo {
  /** Contours at ED and ES that nobody has accepted or edited. */
  toAccept: (ContourKey & { place: Place })[];
  required: number;
  phasesKnown: boolean;
  unanswered: string[];
  assessable: boolean;
  complete: boolean;
}

const ASSESSABLE = 'assessable';

/** What is left before the read can be submitted; the server has the last word. */
export function todoOf(protocol: Protocol, held: Held, places: Places, numbers: FunctionResult): Todo {
  const answer = held.answers.get(ASSESSABLE)?.value ?? null;
  const assessable = answer === null || answer === 'yes';
  const frozen = [...held.annotations.values()].flatMap((a) => {
    const place = a.parts.length > 0 ? places.of(a) : null;
    return place && (place[1] === numbers.ed_phase || place[1] === numbers.es_phase) ? [{ ...a, place }] : [];
  });
  const toAccept = assessable ? frozen.filter((a) => a.state === 'auto') : [];
  const unanswered = openQuestions(protocol, answersOf(held));
  const phasesKnown = !assessable || (numbers.ed_phase !== null && numbers.es_phase !== null);
  return {
    toAccept: toAccept.sort((a, b) => a.place[1] - b.place[1] || a.place[0] - b.place[0]),
    required: frozen.length,
    phasesKnown,
    unanswered,
    assessable,
    complete: toAccept.length === 0 && unanswered.length === 0 && phasesKnown,
  };
}

/** The answers that hold: one that names a landmark which isn't set is none. It was deleted since, or a model proposes it
 * and nobody has accepted it. */
export function answersOf(held: Held): Answers {
  return new Map(
    [...held.answers].map(([code, entry]) => {
      const named = objectOf(entry.value);
      return [code, named === null || isSet(held, named) ? entry : { value: null }];
    }),
  );
}

function isSet(held: Held, id: string): boolean {
  const object = held.objects.get(id)?.object ?? null;
  return object !== null && !object.proposed_by;
}

/** The versions on this screen: what a submit freezes. */
export function freezesOf(held: Held, places: Places, numbers: FunctionResult, assessable: boolean) {
  const contours = assessable
    ? [...held.annotations.values()]
        .filter((a) => {
          const phase = places.of(a)?.[1];
          return phase !== undefined && (phase === numbers.ed_phase || phase === numbers.es_phase);
        })
        .map(({ structure, sop_instance_uid, frame_number, version }) => ({ structure, sop_instance_uid, frame_number, version }))
    : [];
  return {
    contours,
    answers: [...held.answers].map(([question, { version }]) => ({ question, version })),
    pins: [...held.pins].map(([name, { version }]) => ({ name, version })),
  };
}
