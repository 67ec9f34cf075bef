/** Where a contour lies: instances and frames on one side, slices and phases on the other. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';

import { api } from '../api/client';
import type { Annotation, FrameAddress, Stack } from '../api/types';
import type { Outline } from '../cmr/volumes';
import { FrameStore, streamAddress } from './pixels';
import { expectStream } from './stream/streams';

export type Place = readonly [slice: number, phase: number];

const addressKey = (a: { sop_instance_uid: string; frame_number: number }): string => `${a.sop_instance_uid}|${a.frame_number}`;

export class Places {
  private readonly byFrame = new Map<string, Place>();

  constructor(readonly stack: Stack) {
    stack.frames.forEach((row, slice) =>
      row.forEach((address, phase) => address && this.byFrame.set(addressKey(address), [slice, phase])),
    );
  }

  /** null for frames that are not in this version of the stack. */
  of(frame: { sop_instance_uid: string; frame_number: number }): Place | null {
    return this.byFrame.get(addressKey(frame)) ?? null;
  }

  address(slice: number, phase: number): FrameAddress | null {
    return this.stack.frames[slice]?.[phase] ?? null;
  }

  outlines(annotations: Iterable<Annotation>): Outline[] {
    const found: Outline[] = [];
    for (const a of annotations) {
      const place = a.parts.length > 0 ? this.of(a) : null;
      if (place) found.push({ structure: a.structure, slice: place[0], phase: place[1], parts: a.parts });
    }
    return found;
  }
}

export interface OpenStack {
  stack: Stack;
  store: FrameStore;
  places: Places;
}

export function useStack(slug: string | undefined, stackId: string | undefined): { open: OpenStack | null; error: unknown } {
  const query = useQuery({
    queryKey: ['stack', stackId],
    queryFn: () => {
      // the images are on their way while their description is asked for
      expectStream(streamAddress(`/dicomweb/${slug}`, String(stackId)));
      return api.get<Stack>(`/projects/${slug}/stacks/${stackId}/`);
    },
    enabled: slug !== undefined && stackId !== undefined,
    // a stack version never changes
    staleTime: Infinity,
  });
  const stack = query.data;
  const open = useMemo(
    () => (stack ? { stack, store: new FrameStore(stack), places: new Places(stack) } : null),
    [stack],
  );
  return { open, error: query.error };
}

/** Fetch the slice in view first, then its neighbours; counts the phases that are here. */
export function usePrefetch(open: OpenStack | null, slice: number): number {
  const [ready, setReady] = useState(0);
  const wanted = useRef(slice);
  useEffect(() => {
    if (!open) return undefined;
    wanted.current = slice;
    let stopped = false;
    const count = () => !stopped && setReady(open.store.countReady(slice));
    count();
    void open.store.prefetch(slice, count, () => stopped);
    return () => {
      stopped = true;
    };
  }, [open, slice]);
  return ready;
}
