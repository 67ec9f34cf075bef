import { useCallback, useMemo, useState } from 'react';

/** How one structure is shown, and whether it is kept from being changed. */
export interface Look {
  hidden: boolean;
  locked: boolean;
  filled: boolean;
  /** 0 to 1. */
  opacity: number;
}

const PLAIN: Look = { hidden: false, locked: false, filled: false, opacity: 1 };

export interface Looks {
  of: (code: string) => Look;
  change: (code: string, by: Partial<Look>) => void;
}

/** The looks of all structures, for as long as the read is open. */
export function useLooks(): Looks {
  const [looks, setLooks] = useState<Record<string, Look>>({});
  const of = useCallback((code: string) => looks[code] ?? PLAIN, [looks]);
  const change = useCallback(
    (code: string, by: Partial<Look>) => setLooks((now) => ({ ...now, [code]: { ...PLAIN, ...now[code], ...by } })),
    [],
  );
  return useMemo(() => ({ of, change }), [of, change]);
}
