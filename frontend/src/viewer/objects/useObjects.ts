import { useCallback, useMemo, useState } from 'react';

import type { ObjectEntry, Vector3, WorldObject } from '../../api/types';
import { planeOf, toPatient, toPlane } from '../../cmr/plane';
import type { Layer } from '../painting';
import type { Frame } from '../pixels';
import type { ReadSession } from '../session/session';
import type { Held } from '../session/contents';
import type { OpenStack, Place } from '../stack';
import type { DrawnObject, FrameObjects } from '../tools/gesture';
import { unitOf } from '../display/windows';
import { objectLayer } from './layer';
import { regionValue, titleOf, worldValue } from './values';
import type { Landmarks } from '../questions/LandmarkField';
import type { Workspace } from '../workspace';

export type LivingObject = ObjectEntry & { object: WorldObject };

/** Landmarks and measurements of the read: in the patient when stored, in pixels when shown. */
export interface Objects {
  list: LivingObject[];
  chosen: string | null;
  choose(id: string | null): void;
  landmark: string;
  setLandmark(code: string): void;
  /** Where an object was drawn; null where that frame is not in this stack. */
  placeOf(entry: LivingObject): Place | null;
  at(slice: number, phase: number): FrameObjects | null;
  layerAt(slice: number, phase: number): Layer;
  rename(entry: LivingObject, label: string): void;
  /** What a model proposes becomes the reader's own. */
  accept(entry: LivingObject): void;
  remove(id: string): void;
}

export function useObjects(open: OpenStack, session: ReadSession, held: Held, mayEdit: boolean): Objects {
  const { stack, places, store } = open;
  const { meta } = stack;
  const [chosen, choose] = useState<string | null>(null);
  const [landmark, setLandmark] = useState('rv_insertion_anterior');
  const [preview, setPreview] = useState<{ slice: number; phase: number; object: DrawnObject } | null>(null);

  const list = useMemo(() => [...held.objects.values()].filter((entry): entry is LivingObject => entry.object !== null), [held.objects]);
  const placeOf = useCallback((entry: LivingObject) => (entry.object.stack_id === stack.id ? places.of(entry.object) : null), [stack.id, places]);

  /** Measurements belong to their frame; a landmark is seen on every phase of its slice. */
  const shownAt = useCallback(
    (slice: number, phase: number): DrawnObject[] =>
      list.flatMap((entry) => {
        const place = placeOf(entry);
        const { type, code, label, points_lps_mm } = entry.object;
        const plane = planeOf(meta, slice);
        if (!place || !plane || place[0] !== slice || (type !== 'landmark' && place[1] !== phase)) return [];
        return [{ id: entry.object_id, type, code, label, points: points_lps_mm.map((p) => toPlane(plane, p)) }];
      }),
    [list, placeOf, meta],
  );

  const put = useCallback(
    (slice: number, phase: number, { id, type, code, label, points }: DrawnObject) => {
      const before = held.objects.get(id)?.object;
      // a landmark that is moved in another phase stays where it was drawn
      const address = before ?? places.address(slice, phase);
      const plane = planeOf(meta, slice);
      if (!address || !plane) return;
      session.object(id, {
        type,
        code,
        label,
        points_lps_mm: points.map((p) => [...toPatient(plane, p)] as Vector3),
        frame_of_reference_uid: meta.frame_of_reference_uid,
        stack_id: stack.id,
        sop_instance_uid: address.sop_instance_uid,
        frame_number: address.frame_number,
      });
      choose(id);
    },
    [held.objects, places, session, meta, stack.id],
  );

  const at = useCallback(
    (slice: number, phase: number): FrameObjects | null => {
      if (!mayEdit || !places.address(slice, phase)) return null;
      return {
        shown: shownAt(slice, phase),
        landmark,
        preview: (object) => setPreview(object && { slice, phase, object }),
        put: (object) => put(slice, phase, object),
      };
    },
    [mayEdit, places, shownAt, landmark, put],
  );

  const layerAt = useCallback(
    (slice: number, phase: number): Layer => {
      const making = preview && preview.slice === slice && preview.phase === phase ? preview.object : null;
      const objects = shownAt(slice, phase).filter((object) => object.id !== making?.id);
      const frame: Frame | null = store.peek(slice, phase);
      const plane = planeOf(meta, slice);
      const textOf = (object: DrawnObject) => {
        if (!plane) return '';
        if (object.type === 'ellipse' || object.type === 'polygon') return regionValue(object, plane, frame, unitOf(meta.sequence_kind));
        return isWhole(object) ? worldValue({ type: object.type, points_lps_mm: object.points.map((p) => [...toPatient(plane, p)] as Vector3) }) : '';
      };
      return objectLayer(making ? [...objects, making] : objects, chosen, textOf);
    },
    [preview, shownAt, store, meta, chosen],
  );

  return {
    list,
    chosen,
    choose,
    landmark,
    setLandmark,
    placeOf,
    at,
    layerAt,
    rename: (entry, label) => session.object(entry.object_id, { ...own(entry.object), label: label.slice(0, 80) }),
    accept: (entry) => session.object(entry.object_id, own(entry.object)),
    remove: (id) => session.object(id, null),
  };
}

/** Whatever a person does to a proposal makes it theirs. */
function own(object: WorldObject): WorldObject {
  const theirs = { ...object };
  delete theirs.proposed_by;
  return theirs;
}

/** For the questions that a landmark answers. */
export function landmarksOf({ objects, editor }: Pick<Workspace, 'objects' | 'editor'>): Landmarks {
  return {
    list: objects.list
      .filter(({ object }) => object.type === 'landmark')
      .map((entry) => {
        const place = objects.placeOf(entry);
        const where = place ? `, slice ${place[0] + 1}` : '';
        const { code, proposed_by } = entry.object;
        return { id: entry.object_id, code, title: `${titleOf(entry.object)}${where}`, proposed: Boolean(proposed_by) };
      }),
    place: (code) => {
      objects.setLandmark(code);
      editor.setTool('landmark');
    },
    accept: (id) => {
      const entry = objects.list.find(({ object_id }) => object_id === id);
      if (entry) objects.accept(entry);
    },
  };
}

const WHOLE: Partial<Record<WorldObject['type'], number>> = { length: 2, bidirectional: 4, angle: 3 };
const isWhole = ({ type, points }: DrawnObject): boolean => (type === 'curve' ? points.length >= 2 : points.length === WHOLE[type]);
