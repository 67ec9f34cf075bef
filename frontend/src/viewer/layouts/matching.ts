/** Which layouts a case can fill, and with which of its stacks. */
import type { ReadStack } from '../../api/types';
import { BUILT_IN } from './builtin';
import type { Layout, PaneSpec, StackRule } from './layout';

/** What matching asks of a stack. */
export type Candidate = Pick<ReadStack, 'id' | 'sequence_kind' | 'view' | 'component' | 'condition' | 'n_slices' | 'is_read'>;

export interface FilledPane {
  spec: PaneSpec;
  stackId: string;
}

/** A layout with a stack in each of its panes. */
export interface Offer {
  id: string;
  title: string;
  rows: number;
  columns: number;
  panes: FilledPane[];
}

const words = (rule: string | string[]): string[] => (typeof rule === 'string' ? [rule] : rule);

/** How well a stack suits: 0 is best, each later word of a list is worse; null if it doesn't. */
function rank(rule: StackRule, stack: Candidate): number | null {
  const pairs: [string | string[] | undefined, string][] = [
    [rule.kind, stack.sequence_kind],
    [rule.view, stack.view],
    [rule.component, stack.component],
    [rule.condition, stack.condition],
  ];
  let worse = 0;
  for (const [rules, value] of pairs) {
    if (rules === undefined) continue;
    const place = words(rules).indexOf(value);
    if (place < 0) return null;
    worse += place;
  }
  return worse;
}

/** The best stack that stands in no other pane; a volume may be cut in several panes. */
function find(spec: PaneSpec, stacks: Candidate[], taken: Set<string>): Candidate | null {
  const { stack: rule } = spec;
  if (rule === 'read') return stacks.find((s) => s.is_read) ?? null;
  const suits = stacks.flatMap((stack) => {
    const place = rank(rule, stack);
    const free = !taken.has(stack.id) || spec.role !== undefined;
    return place === null || !free || (spec.role !== undefined && stack.n_slices < 2) ? [] : [{ stack, place }];
  });
  suits.sort((a, b) => a.place - b.place || b.stack.n_slices - a.stack.n_slices);
  return suits[0]?.stack ?? null;
}

function fill(layout: Layout, stacks: Candidate[]): Offer | null {
  const taken = new Set<string>();
  const panes: FilledPane[] = [];
  for (const spec of layout.panes) {
    const stack = find(spec, stacks, taken);
    if (stack) {
      taken.add(stack.id);
      panes.push({ spec, stackId: stack.id });
    } else if (spec.required !== false) return null;
  }
  const wantsOthers = layout.panes.some((spec) => spec.stack !== 'read');
  if (panes.length === 0 || (wantsOthers && panes.every(({ spec }) => spec.stack === 'read'))) return null;
  return { id: layout.id, title: layout.title, ...shape(layout, panes.length), panes };
}

/** Panes that found no stack leave no gap. */
function shape(layout: Layout, n: number): { rows: number; columns: number } {
  if (n === layout.panes.length) return { rows: layout.rows, columns: layout.columns };
  const columns = n <= 3 ? n : Math.ceil(Math.sqrt(n));
  return { rows: Math.ceil(n / columns), columns };
}

/** The protocol's own first, then the built-in ones; an id that a protocol uses again is the protocol's. */
export function layoutsFor(stacks: Candidate[], protocolLayouts: Layout[]): Offer[] {
  const kinds = new Set(stacks.map((s) => s.sequence_kind));
  const own = new Set(protocolLayouts.map((l) => l.id));
  const all = [...protocolLayouts, ...BUILT_IN.filter((l) => !own.has(l.id))];
  return all.flatMap((layout) => {
    const suits = layout.kinds.length === 0 || layout.kinds.some((kind) => kinds.has(kind));
    const offer = suits ? fill(layout, stacks) : null;
    return offer ? [offer] : [];
  });
}
