/** A layout is data: which stack stands in which pane, at which slice and phase. Protocols may bring their own. */

/** A stack that suits: one of the words for each property that is named (cmrkit.contracts.kinds). */
export interface StackRule {
  kind?: string | string[];
  view?: string | string[];
  component?: string | string[];
  condition?: string | string[];
}

export type BodyPlaneRole = 'axial' | 'coronal' | 'sagittal';

export interface PaneSpec {
  /** `read` is the stack that is contoured; all others are looked at only. */
  stack: 'read' | StackRule;
  phase: 'cine' | 'ed' | 'es';
  /** `linked` follows the other panes by geometry, `all` is a mosaic, a number stays. */
  slice: 'linked' | 'all' | number;
  /** The body's plane through a volume. */
  role?: BodyPlaneRole;
  /** false: the layout is offered without this pane too. */
  required?: boolean;
}

export interface Layout {
  id: string;
  title: string;
  /** Sequence kinds it is for. */
  kinds: string[];
  rows: number;
  columns: number;
  panes: PaneSpec[];
}

const ROLES = ['axial', 'coronal', 'sagittal'];
const MOST_PANES = 12;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWords = (value: unknown) => typeof value === 'string' || (Array.isArray(value) && value.every((v) => typeof v === 'string'));
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 4;

function isPane(value: unknown): value is PaneSpec {
  if (!isRecord(value)) return false;
  const { stack, phase, slice, role, required } = value;
  return (
    (stack === 'read' || (isRecord(stack) && Object.values(stack).every(isWords))) &&
    ['cine', 'ed', 'es'].includes(phase as string) &&
    (slice === 'linked' || slice === 'all' || (Number.isInteger(slice) && (slice as number) >= 0)) &&
    (role === undefined || ROLES.includes(role as string)) &&
    (required === undefined || typeof required === 'boolean')
  );
}

function isLayout(value: unknown): value is Layout {
  if (!isRecord(value) || !Array.isArray(value['panes'])) return false;
  const { id, title, kinds, rows, columns, panes } = value;
  return (
    typeof id === 'string' &&
    typeof title === 'string' &&
    Array.isArray(kinds) &&
    isWords(kinds) &&
    isCount(rows) &&
    isCount(columns) &&
    panes.length > 0 &&
    panes.length <= Math.min(MOST_PANES, (rows as number) * (columns as number)) &&
    panes.every(isPane)
  );
}

/** Layouts from a protocol's JSON; what can't be used is left out, so that a read always opens. */
export const layoutsOf = (json: unknown): Layout[] => (Array.isArray(json) ? json.filter(isLayout) : []);
