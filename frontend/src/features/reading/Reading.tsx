import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useNavigate } from 'react-router';

import type { ModelBrief, Protocol, Read } from '../../api/types';
import { useMessages } from '../../realtime/socket';
import { keysOf } from '../../viewer/actions/registry';
import { useDisplay } from '../../viewer/display/useDisplay';
import { useOwnKeys } from '../../viewer/keys';
import { answersOf, todoOf } from '../../viewer/freezing';
import { ObjectsPanel } from '../../viewer/objects/ObjectsPanel';
import { landmarksOf, useObjects } from '../../viewer/objects/useObjects';
import { FunctionPanel } from '../../viewer/FunctionPanel';
import { Grid } from '../../viewer/Grid';
import { ED_ES, SINGLE } from '../../viewer/layouts/builtin';
import { layoutKeys } from '../../viewer/layouts/keys';
import { LayoutMenu } from '../../viewer/layouts/LayoutMenu';
import { LayoutStage } from '../../viewer/layouts/LayoutStage';
import { useLayouts } from '../../viewer/layouts/useLayouts';
import type { Layer } from '../../viewer/painting';
import { Pane, timeMs } from '../../viewer/Pane';
import { CineRate } from '../../viewer/panes/CineRate';
import { QuestionForm } from '../../viewer/QuestionForm';
import { jumpTo } from '../../viewer/panel/jump';
import { PhaseChoice } from '../../viewer/panel/PhaseChoice';
import { SmartPanel } from '../../viewer/panel/SmartPanel';
import { WallPanel } from '../../viewer/panel/WallPanel';
import { Pill, Room, Tool } from '../../viewer/Room';
import { Saved } from '../../viewer/Saved';
import type { ReadSession, Snapshot } from '../../viewer/session/session';
import { useSmart } from '../../viewer/smart/useSmart';
import type { OpenStack } from '../../viewer/stack';
import { Structures } from '../../viewer/Structures';
import { ThisFrame } from '../../viewer/ThisFrame';
import { EditTools } from '../../viewer/Tools';
import { Trouble } from '../../viewer/Trouble';
import { numbersOf, useEditor } from '../../viewer/useEditor';
import { useKeys } from '../../viewer/useKeys';
import type { Workspace } from '../../viewer/workspace';
import grid from '../../viewer/grid.module.css';
import panel from '../../viewer/panel.module.css';
import { AiNumbers } from './AiNumbers';
import { Draft, ModelLine } from './Draft';
import { LongAxisPanel } from './LongAxisPanel';
import { Questions } from './Questions';
import { StackChoice } from './StackChoice';
import { Submit } from './Submit';
import { TodoList } from './TodoList';

interface Props {
  read: Read;
  /** The stack that is read: numbers, phases and submitting go by it. */
  own: OpenStack;
  /** The stack that is drawn on now: the own one, or one beside it. */
  open: OpenStack;
  session: ReadSession;
  now: Snapshot;
  onDrawOn: (stackId: string) => void;
}

export function Reading({ read, own, open, session, now, onDrawOn }: Props) {
  const client = useQueryClient();
  const beside = open !== own;
  const protocol = useProtocolOn(read, open.stack.id);
  const editor = useEditor(protocol, open, session, now, read.may_edit, !beside);
  const display = useDisplay();
  const objects = useObjects(open, session, now.held, read.may_edit);
  const ownKeys = useOwnKeys();
  // the AI on one frame knows the stack that is read alone
  const asksAi = !beside && read.ai_visible && (read.purpose === 'reading' || read.purpose === 'training');
  const smart = useSmart({ aiRead: asksAi ? read.id : null, protocol, open, session, editor });
  const work: Workspace = { protocol, open, session, now, editor, display, ownKeys, smart, objects, mayEdit: read.may_edit };
  const stacks = useMemo(() => read.stacks.map((stack) => ({ ...stack, is_read: stack.id === open.stack.id })), [read.stacks, open.stack.id]);
  const layouts = useLayouts(stacks, open.stack, read.protocol.layouts);
  const { cine } = editor;
  const numbers = useMemo(() => (beside ? numbersOf(own, now.held) : editor.numbers), [beside, own, now.held, editor.numbers]);
  const todo = useMemo(() => todoOf(read.protocol, now.held, own.places, numbers), [read.protocol, now.held, own.places, numbers]);
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: ['read', read.id] }), [client, read.id]);

  const draftIn = () => {
    void session.reload().catch(() => undefined);
    void refresh();
  };
  useMessages((message) => {
    if (message.type === 'back' || (message.type === 'draft' && message.read_id === read.id)) draftIn();
    if (message.type === 'changed' && message.model === 'read' && message.id === read.id) void refresh();
  });

  const timesMs = useMemo(
    () => Array.from({ length: open.stack.meta.n_phases }, (_, p) => timeMs(open.stack, Math.floor(open.stack.meta.n_slices / 2), p)),
    [open.stack],
  );
  const annotations = useMemo(() => [...now.held.annotations.values()], [now.held.annotations]);
  const nextTodo = () => {
    if (beside) return onDrawOn(own.stack.id);
    const here = todo.toAccept.find((a) => a.place[0] !== cine.slice || a.place[1] !== cine.phase) ?? todo.toAccept[0];
    if (here) cine.go(...here.place);
  };
  useKeys({
    ...keysOf(work),
    ...layoutKeys(layouts),
    n: nextTodo,
  });

  return (
    <Room
      display={display}
      title={`${read.project.name} / ${read.case.label}`}
      bar={<Badges read={read} model={beside ? (read.stacks.find(({ id }) => id === open.stack.id)?.model ?? null) : read.draft.model} />}
      actions={
        <>
          <Saved now={now} />
          {read.next_read_id && <NextCase id={read.next_read_id} />}
          <Submit read={read} session={session} now={now} places={own.places} numbers={numbers} todo={todo} onMissing={nextTodo} onDone={refresh} />
        </>
      }
      tools={
        <>
          <EditTools work={work} />
          <Tool label="ED | ES" hint="Both phases side by side" shortcut="B" active={layouts.current.id === ED_ES} onClick={layouts.toggleEdEs} />
          <LayoutMenu layouts={layouts} />
          <CineRate cine={cine} />
        </>
      }
      below={
        <div className={grid.below}>
          <Grid
            places={open.places}
            annotations={annotations}
            // beside the stack that is read no phase has to be looked at
            edPhase={beside ? null : editor.numbers.ed_phase}
            esPhase={beside ? null : editor.numbers.es_phase}
            slice={cine.slice}
            phase={cine.phase}
            onGo={cine.go}
          />
          <ThisFrame editor={editor} open={open} protocol={protocol} />
        </div>
      }
      side={
        <>
          <Trouble work={work} />
          <AiNumbers read={read} numbers={numbers} />
          <Draft read={read} empty={now.held.annotations.size === 0} onDraft={draftIn} />
          <StackChoice read={read} drawn={open.stack.id} onChoose={onDrawOn} />
          <h2 className={panel.title}>Structures</h2>
          <Structures protocol={protocol} editor={editor} />
          {beside && <BesideNumbers read={read} now={now} open={open} />}
          {!beside && (
            <FunctionPanel
              numbers={numbers}
              convention={`papillaries in ${read.protocol.convention.papillary}`}
              phase={cine.phase}
              colors={colorsOf(read)}
              timesMs={timesMs}
              onPhase={(p) => cine.go(cine.slice, p)}
              onJump={(structure, p) => jumpTo(work, structure, p)}
            />
          )}
          <ObjectsPanel work={work} />
          <SmartPanel work={work} />
          {read.purpose !== 'imported' && (
            <>
              <h2 className={panel.title}>Questions</h2>
              <QuestionForm
                protocol={read.protocol}
                answers={answersOf(now.held)}
                disabled={!read.may_edit}
                onAnswer={(q, v) => session.answer(q, v)}
                landmarks={landmarksOf(work)}
              />
              <h2 className={panel.title}>To do</h2>
              <TodoList todo={todo} onNext={nextTodo} />
            </>
          )}
          {!beside && <PhaseChoice work={work} />}
          {!beside && <WallPanel work={work} />}
          {read.purpose === 'reading' && <Questions read={read} work={work} onDrawOn={onDrawOn} />}
        </>
      }
      foot={`${read.project.name}, protocol version ${read.protocol.version}`}
    >
      <LayoutStage
        slug={read.project.slug}
        open={open}
        offer={layouts.current}
        editor={editor}
        renderRead={(phase, layers, still) => <PhasePane work={work} read={read} phase={phase} lines={layers} still={still} />}
        onSingle={() => layouts.choose(SINGLE)}
      />
    </Room>
  );
}

interface PhasePaneProps {
  work: Workspace;
  read: Read;
  phase: number;
  lines: Layer[];
  /** It shows one phase alone: pressed, that phase is the current one. */
  still: boolean;
}

function PhasePane({ work, read, phase, lines, still }: PhasePaneProps) {
  const { editor, open, objects } = work;
  const { cine } = editor;
  const { slice, moveSlice, movePhase } = cine;
  const { numbers, shapesAt, targetAt } = editor;
  const shapes = useMemo(() => shapesAt(slice, phase), [shapesAt, slice, phase]);
  const target = useMemo(() => targetAt(slice, phase), [targetAt, slice, phase]);
  const { at, layerAt } = objects;
  const drawn = useMemo(() => at(slice, phase), [at, slice, phase]);
  const layers = useMemo(() => [...lines, layerAt(slice, phase)], [lines, layerAt, slice, phase]);
  const untouched = shapes.find((shape) => shape.untouched)?.untouched;
  const mark = phase === numbers.ed_phase ? 'ED' : phase === numbers.es_phase ? 'ES' : '';
  return (
    <Pane
      stack={open.stack}
      store={open.store}
      slice={slice}
      phase={phase}
      tool={editor.tool}
      shapes={shapes}
      layers={layers}
      target={target}
      objects={drawn}
      onSlice={moveSlice}
      onPhase={movePhase}
      resetToken={editor.resetToken}
      mark={mark}
      ready={editor.ready}
      current={still && phase === cine.phase}
      onPress={still ? () => cine.go(slice, phase) : undefined}
      {...(untouched && read.may_edit ? { note: `${untouched === 'propagated' ? 'Propagated' : 'AI draft'}: accept with A, or edit` } : {})}
    />
  );
}

function Badges({ read, model }: { read: Read; model: ModelBrief | null }) {
  const imported = read.purpose === 'imported';
  return (
    <>
      {imported && <Pill>imported annotations, to look at</Pill>}
      {!imported && read.protocol.blinded && <Pill>blinded read</Pill>}
      {!imported && <Pill>{read.ai_visible ? 'AI shown' : 'AI hidden'}</Pill>}
      {!imported && read.state === 'submitted' && <Pill tone="good">submitted</Pill>}
      {read.state === 'withdrawn' && <Pill tone="warn">taken back by the coordinator</Pill>}
      <ModelLine model={model} />
    </>
  );
}

function NextCase({ id }: { id: string }) {
  const navigate = useNavigate();
  return (
    <Button size="compact-sm" variant="default" onClick={() => void navigate(`/read/${id}`)}>
      Next case
    </Button>
  );
}

/** What contours beside the short axis add up to. */
function BesideNumbers({ read, now, open }: { read: Read; now: Snapshot; open: OpenStack }) {
  if (open.stack.meta.sequence_kind === 'cine') return <LongAxisPanel read={read} now={now} stackId={open.stack.id} />;
  return <p className={panel.small}>No numbers are made of these contours. They change none of the short axis’.</p>;
}

/** The protocol with those of its structures that are drawn on that stack. */
function useProtocolOn(read: Read, stackId: string): Protocol {
  return useMemo(() => {
    const drawn = read.stacks.find((stack) => stack.id === stackId)?.structures ?? [];
    const structures = read.protocol.structures.filter(({ code }) => drawn.includes(code));
    return structures.length > 0 ? { ...read.protocol, structures } : read.protocol;
  }, [read.protocol, read.stacks, stackId]);
}

const colorsOf = (read: Read) => {
  const color = (code: string, otherwise: string) => read.protocol.structures.find((s) => s.code === code)?.color ?? otherwise;
  return { lv: color('lv_endo', '#ff5c7a'), rv: color('rv_endo', '#ffd24c') };
};
