import { expect, it, vi } from 'vitest';

import type { WorldObject } from '../../api/types';
import { type LivingObject, landmarksOf } from './useObjects';

const proposal: LivingObject = {
  object_id: 'o',
  version: 1,
  object: {
    type: 'landmark',
    code: 'apex',
    label: '',
    points_lps_mm: [[1, 2, 3]],
    frame_of_reference_uid: '1.2.3',
    stack_id: 's',
    sop_instance_uid: '1',
    frame_number: 1,
    proposed_by: 'm 1',
  } satisfies WorldObject,
};

it('says of a landmark for a question that it is proposed, and accepts it', () => {
  const accept = vi.fn();
  const objects = { list: [proposal], placeOf: () => null, accept };
  const landmarks = landmarksOf({ objects, editor: {} } as unknown as Parameters<typeof landmarksOf>[0]);
  expect(landmarks.list).toEqual([{ id: 'o', code: 'apex', title: 'Apex', proposed: true }]);
  landmarks.accept('gone');
  expect(accept).not.toHaveBeenCalled();
  landmarks.accept('o');
  expect(accept).toHaveBeenCalledWith(proposal);
});
