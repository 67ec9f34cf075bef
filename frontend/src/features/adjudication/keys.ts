/** The desk's keys, and which of them are left where the own contours are edited. */
import type { ReadingKey } from '../../api/types';
import { TOOLS } from '../../viewer/tools/registry';
import type { Keys } from '../../viewer/useKeys';
import type { Source } from './useDecisions';

export interface Deeds {
  overlay: () => void;
  mine: () => void;
  blink: () => void;
  sides: () => void;
  heat: () => void;
  step: (by: 1 | -1) => void;
  /** Absent where nothing may be decided. */
  decide?: (source: Source, of: 'cell' | 'frame' | 'case') => void;
  undo: () => void;
}

export function deskKeys(readings: readonly { key: ReadingKey }[], does: Deeds): Keys {
  return { o: does.overlay, m: does.mine, k: does.blink, c: does.sides, 'Shift+T': does.heat, n: () => does.step(1), p: () => does.step(-1), ...deciding(readings, does) };
}

function deciding(readings: readonly { key: ReadingKey }[], { decide, undo }: Deeds): Keys {
  if (!decide) return {};
  const [first, second] = readings;
  return {
    ...Object.fromEntries(readings.map((r, n) => [`Shift+${n + 1}`, () => decide(r.key, 'cell')])),
    'Shift+M': () => decide('majority', 'cell'),
    'Shift+S': () => decide('staple', 'cell'),
    'Shift+O': () => decide('mine', 'cell'),
    'Shift+X': undo,
    ...(first && { '[': () => decide(first.key, 'frame'), 'Shift+{': () => decide(first.key, 'case') }),
    ...(second && { ']': () => decide(second.key, 'frame'), 'Shift+}': () => decide(second.key, 'case') }),
  };
}

// [ and ] are a tool's size: with Shift held by a slip they would replace the whole case
const SLIPS = ['Shift+{', 'Shift+}'];

/** While the own contours are edited, a key means what it means to a reader; the desk keeps those that mean nothing there. */
export function besideReader(desk: Keys, reader: Keys): Keys {
  const tools = TOOLS.flatMap(({ keys = {} }) => Object.keys(keys));
  const taken = new Set([...Object.keys(reader), ...tools, ...SLIPS]);
  return Object.fromEntries(Object.entries(desk).filter(([key]) => !taken.has(key)));
}
