import { useEffect, useMemo } from 'react';

export interface Paced<T> {
  /** Hand on the latest value, at most once in the interval. */
  set(value: T): void;
  /** Forget what was not handed on yet. */
  stop(): void;
}

/** For what may lag a little behind the pointer: numbers and charts while a contour is dragged. */
export function usePaced<T>(handOn: (value: T) => void, everyMs: number): Paced<T> {
  const paced = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let latest: T;
    return {
      set(value: T) {
        latest = value;
        timer ??= setTimeout(() => {
          timer = null;
          handOn(latest);
        }, everyMs);
      },
      stop() {
        if (timer !== null) clearTimeout(timer);
        timer = null;
      },
    };
  }, [handOn, everyMs]);
  useEffect(() => paced.stop, [paced]);
  return paced;
}
