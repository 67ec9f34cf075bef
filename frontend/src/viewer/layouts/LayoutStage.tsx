import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';

import { kindName, stackMarks, stackTitle } from '../../components/stackNames';
import type { Layer } from '../painting';
import { LookPane } from '../panes/LookPane';
import { MosaicPane } from '../panes/MosaicPane';
import classes from '../panes/panes.module.css';
import { lineLayer, type ReferenceLine } from '../panes/referenceLines';
import { ReformatPane } from '../panes/ReformatPane';
import room from '../room.module.css';
import type { OpenStack } from '../stack';
import type { Cine } from '../useCine';
import type { Editor } from '../useEditor';
import { currentPane, movesInTime } from './current';
import type { PaneSpec } from './layout';
import { referenceLine } from './linking';
import type { FilledPane, Offer } from './matching';
import { useLinked, type Linked } from './useLinked';
import { useOtherStacks } from './useOtherStacks';

interface Props {
  slug: string;
  /** The stack that is read. */
  open: OpenStack;
  offer: Offer;
  editor: Editor;
  /** A pane in which contours are drawn; `still`: it doesn't go with the cine. */
  renderRead: (phase: number, layers: Layer[], still: boolean) => ReactNode;
  /** Back to one image. */
  onSingle: () => void;
}

interface Placed extends FilledPane {
  key: string;
  open: OpenStack | null;
  title: string;
  color: string;
  slice: number;
  phase: number;
}

const READ_PANE: PaneSpec = { stack: 'read', phase: 'cine', slice: 'linked' };
const COLORS = ['#ffd24c', '#57c7ff', '#ff9d5c', '#8ee39b', '#c79bff', '#ff8fb8'];

/** The panes of a layout, each with its stack, led by the read's slice and phase. */
export function LayoutStage({ slug, open, offer, editor, renderRead, onSingle }: Props) {
  const { cine, numbers } = editor;
  const panes = usePanes(offer, open, numbers.ed_phase !== null && numbers.es_phase !== null);
  const ids = useMemo(() => [...new Set(panes.map((p) => p.stackId))].filter((id) => id !== open.stack.id), [panes, open]);
  const readFirst = useFirstImage(open, ids.length > 0 ? cine.slice : null, cine.phase);
  const { stacks, failed } = useOtherStacks(slug, readFirst ? ids : NONE);
  const linked = useLinked(open, cine, stacks, numbers.ed_phase, numbers.es_phase);
  const placed = panes.map((pane, i): Placed => place(pane, i, open, stacks, linked));
  const lines = useLines(placed);
  useOnScreen(placed, offer.id, cine);
  const { rows, columns } = panes.length === offer.panes.length ? offer : { rows: 1, columns: panes.length };
  return (
    <div className={room.panes} style={{ gridTemplate: `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))` }} data-testid="layout" data-layout={offer.id}>
      {placed.map((pane, i) => (
        <OnePane key={pane.key} pane={pane} read={open} placed={placed} lines={lines[i]!} linked={linked} editor={editor} failed={failed} renderRead={renderRead} onSingle={onSingle} />
      ))}
    </div>
  );
}

const NONE: string[] = [];

/** ED and ES can't be shown before they are known: then one image stands for both. */
function usePanes(offer: Offer, open: OpenStack, phasesKnown: boolean): FilledPane[] {
  return useMemo(() => {
    const shown = offer.panes.filter(({ spec }) => phasesKnown || spec.phase === 'cine');
    return shown.length > 0 ? shown : [{ spec: READ_PANE, stackId: open.stack.id }];
  }, [offer, open, phasesKnown]);
}

/** What keys act on is on the screen: where no pane of the read goes with the cine, the current phase is that of one of them. */
function useOnScreen(placed: Placed[], layout: string, { slice, phase, go }: Cine): void {
  const last = useRef<{ layout: string; which: PaneSpec['phase'] } | null>(null);
  useEffect(() => {
    const before = last.current?.layout === layout ? last.current.which : null;
    const current = currentPane(placed, phase, before);
    last.current = current && { layout, which: current.spec.phase };
    // another stack beside them may go on in time by itself, once one of them was current
    if (current && current.phase !== phase && (before === null || !movesInTime(placed))) go(slice, current.phase);
  }, [placed, layout, slice, phase, go]);
}

function place(pane: FilledPane, i: number, read: OpenStack, stacks: ReadonlyMap<string, OpenStack>, linked: Linked): Placed {
  const open = pane.stackId === read.stack.id ? read : (stacks.get(pane.stackId) ?? null);
  const title = open ? [stackTitle(open.stack.meta), ...stackMarks(open.stack.meta)].join(', ') : '';
  const color = COLORS[i % COLORS.length]!;
  const slice = open ? linked.sliceOf(open, pane.spec) : 0;
  const phase = open ? linked.phaseOf(open, pane.spec) : 0;
  return { ...pane, key: `${i}/${pane.stackId}/${pane.spec.role ?? ''}`, open, title, color, slice, phase };
}

/** For each pane, where the other panes' slices cut its image. */
function useLines(placed: Placed[]): ReferenceLine[][] {
  const now = placed.map((p) => `${p.key}@${p.open ? p.slice : '-'}`).join('|');
  // planes move with the slices alone, not with each phase of the cine
  // eslint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => placed.map((pane) => linesOn(pane, placed)), [now]);
}

function linesOn(pane: Placed, placed: Placed[]): ReferenceLine[] {
  if (!pane.open || pane.spec.role || pane.spec.slice === 'all') return [];
  const lines: ReferenceLine[] = [];
  // in a long axis the read's slice is the line to look for: the other long axes would hide it
  const ledByRead = pane.spec.stack !== 'read' && placed.some((p) => p.spec.stack === 'read' && p.spec.slice !== 'all');
  for (const other of placed) {
    if (ledByRead && other.spec.stack !== 'read') continue;
    if (!other.open || other.spec.role || other.spec.slice === 'all' || other.stackId === pane.stackId) continue;
    if (lines.some(({ id }) => id === other.stackId)) continue;
    const { meta } = other.open.stack;
    const ends = referenceLine(pane.open.stack.meta, pane.slice, meta, other.slice);
    const view = meta.view === 'unknown' ? other.title : meta.view;
    if (ends) lines.push({ id: other.stackId, color: other.color, ends, label: meta.n_slices > 1 ? `${view} ${other.slice + 1}` : view });
  }
  return lines;
}

interface OneProps {
  pane: Placed;
  read: OpenStack;
  placed: Placed[];
  lines: ReferenceLine[];
  linked: Linked;
  editor: Editor;
  failed: boolean;
  renderRead: Props['renderRead'];
  onSingle: () => void;
}

function OnePane({ pane, read, placed, lines, linked, editor, failed, renderRead, onSingle }: OneProps) {
  const { spec, open, title, color, slice, phase } = pane;
  const { cine, numbers } = editor;
  const layers = useMemo(() => (lines.length > 0 ? [lineLayer(lines)] : []), [lines]);
  if (!open) return <Empty failed={failed} />;
  if (spec.role) return <ReformatPane open={open} title={kindName(open.stack.meta.sequence_kind)} plane={spec.role} point={linked.pointOf(open)} onPoint={(point) => linked.setPoint(open, point)} />;
  if (spec.slice === 'all') {
    const toSlice = (wanted: number) => linked.setSlice(open, wanted);
    const isRead = open.stack.id === read.stack.id;
    const mark = !isRead ? '' : phase === numbers.ed_phase ? 'ED' : phase === numbers.es_phase ? 'ES' : '';
    return (
      <MosaicPane
        stack={open.stack}
        store={open.store}
        slice={slice}
        phase={phase}
        mark={mark}
        shapesAt={isRead ? editor.shapesAt : NO_SHAPES_AT}
        onSlice={toSlice}
        onOpen={(wanted) => {
          toSlice(wanted);
          if (isRead) onSingle();
        }}
        resetToken={editor.resetToken}
      />
    );
  }
  if (spec.stack === 'read') return renderRead(spec.phase === 'cine' ? cine.phase : phase, layers, spec.phase !== 'cine');
  return (
    <LookPane
      open={open}
      title={title}
      color={color}
      slice={slice}
      phase={phase}
      tool={editor.tool}
      lines={lines}
      resetToken={editor.resetToken}
      onSlice={(by) => linked.moveSlice(open, by)}
      onPhase={cine.movePhase}
      onLine={(line, image) => {
        const moved = placed.find((p) => p.stackId === line.id)?.open;
        if (moved) linked.moveThrough(moved, open, slice, image);
      }}
      onTime={linked.timeIsOwn(open) ? (index) => linked.setTime(open, index) : undefined}
    />
  );
}

const NO_SHAPES_AT = () => [];

function Empty({ failed }: { failed: boolean }) {
  return (
    <div className={classes.empty}>
      <p className={classes.wait}>{failed ? 'These images can’t be opened. Reload the page; if it stays so, tell the coordinator.' : 'Opening…'}</p>
    </div>
  );
}

/** Whether the read's own image has come: others wait for it. null: nobody waits. */
function useFirstImage(open: OpenStack, slice: number | null, phase: number): boolean {
  const [here, setHere] = useState(false);
  const done = here || slice === null;
  useEffect(() => {
    if (done) return undefined;
    let gone = false;
    const say = () => !gone && setHere(true);
    // one that can't be shown must not keep the others away
    open.store.load(slice, phase).then(say, say);
    return () => {
      gone = true;
    };
  }, [open, slice, phase, done]);
  return done;
}
