import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useNavigate } from 'react-router';

import type { Read } from '../../api/types';
import { useMessages } from '../../realtime/socket';
import { keysOf } from '../../viewer/actions/registry';
import { useDisplay } from '../../viewer/display/useDisplay';
import { useOwnKeys } from '../../viewer/keys';
import { todoOf } from '../../viewer/freezing';
import { ObjectsPanel } from '../../viewer/objects/ObjectsPanel';
import { useObjects } from '../../viewer/objects/useObjects';
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
import { useEditor } from '../../viewer/useEditor';
import { useKeys } from '../../viewer/useKeys';
import type { Workspace } from '../../viewer/workspace';
import grid from '../../viewer/grid.module.css';
import panel from '../../viewer/panel.module.css';
import { Draft, ModelLine } from './Draft';
import { Submit } from './Submit';
import { TodoList } from './TodoList';

interface Props {
  read: Read;
  open: OpenStack;
  session: ReadSession;
  now: Snapshot;
}

export function Reading({ read, open, session, now }: Props) {
  const client = useQueryClient();
  const editor = useEditor(read.protocol, open, session, now, read.may_edit);
  const display = useDisplay();
  const objects = useObjects(open, session, now.held, read.may_edit);
  const ownKeys = useOwnKeys();
  const smart = useSmart({ aiRead: read.ai_visible && read.purpose === 'reading' ? read.id : null, protocol: read.protocol, open, session, editor });
  const work: Workspace = { protocol: read.protocol, open, session, now, editor, display, ownKeys, smart, objects, mayEdit: read.may_edit };
  const layouts = useLayouts(read.stacks, open.stack, read.protocol.layouts);
  const { cine, numbers } = editor;
  const todo = useMemo(() => todoOf(read.protocol, now.held, open.places, numbers), [read.protocol, now.held, open.places, numbers]);
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: ['read', read.id] }), [client, read.id]);

  const draftIn = () => {
    void session.reload();
    void refresh();
  };
  useMessages((message) => {
    if (message.type === 'draft' && message.read_id === read.id) draftIn();
    if (message.type === 'changed' && message.model === 'read' && message.id === read.id) void refresh();
  });

  const annotations = useMemo(() => [...now.held.annotations.values()], [now.held.annotations]);
  const nextTodo = () => {
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
      bar={<Badges read={read} />}
      actions={
        <>
          <Saved now={now} />
          {read.next_read_id && <NextCase id={read.next_read_id} />}
          <Submit read={read} session={session} now={now} places={open.places} numbers={numbers} todo={todo} onMissing={nextTodo} onDone={refresh} />
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
            edPhase={numbers.ed_phase}
            esPhase={numbers.es_phase}
            slice={cine.slice}
            phase={cine.phase}
            onGo={cine.go}
          />
          <ThisFrame editor={editor} open={open} protocol={read.protocol} />
        </div>
      }
      side={
        <>
          <Trouble work={work} />
          <Draft read={read} empty={now.held.annotations.size === 0} onDraft={draftIn} />
          <h2 className={panel.title}>Structures</h2>
          <Structures protocol={read.protocol} editor={editor} />
          <FunctionPanel
            numbers={numbers}
            convention={`papillaries in ${read.protocol.convention.papillary}`}
            phase={cine.phase}
            colors={colorsOf(read)}
            timesMs={useMemo(
              () => Array.from({ length: open.stack.meta.n_phases }, (_, p) => timeMs(open.stack, Math.floor(open.stack.meta.n_slices / 2), p)),
              [open.stack],
            )}
            onPhase={(p) => cine.go(cine.slice, p)}
            onJump={(structure, p) => jumpTo(work, structure, p)}
          />
          <ObjectsPanel work={work} />
          <SmartPanel work={work} />
          {read.purpose !== 'imported' && (
            <>
              <h2 className={panel.title}>Questions</h2>
              <QuestionForm protocol={read.protocol} answers={now.held.answers} disabled={!read.may_edit} onAnswer={(q, v) => session.answer(q, v)} />
              <h2 className={panel.title}>To do</h2>
              <TodoList todo={todo} onNext={nextTodo} />
            </>
          )}
          <PhaseChoice work={work} />
          <WallPanel work={work} />
        </>
      }
      foot={`${read.project.name}, protocol version ${read.protocol.version}`}
    >
      <LayoutStage
        slug={read.project.slug}
        open={open}
        offer={layouts.current}
        editor={editor}
        renderRead={(phase, layers) => <PhasePane work={work} read={read} phase={phase} lines={layers} />}
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
}

function PhasePane({ work, read, phase, lines }: PhasePaneProps) {
  const { editor, open, objects } = work;
  const { slice, moveSlice } = editor.cine;
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
      resetToken={editor.resetToken}
      mark={mark}
      ready={editor.ready}
      {...(untouched && read.may_edit ? { note: `${untouched === 'propagated' ? 'Propagated' : 'AI draft'}: accept with A, or edit` } : {})}
    />
  );
}

function Badges({ read }: { read: Read }) {
  const imported = read.purpose === 'imported';
  return (
    <>
      {imported && <Pill>imported annotations, to look at</Pill>}
      {!imported && read.protocol.blinded && <Pill>blinded read</Pill>}
      {!imported && <Pill>{read.ai_visible ? 'AI shown' : 'AI hidden'}</Pill>}
      {!imported && read.state === 'submitted' && <Pill tone="good">submitted</Pill>}
      {read.state === 'withdrawn' && <Pill tone="warn">taken back by the coordinator</Pill>}
      <ModelLine read={read} />
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

const colorsOf = (read: Read) => {
  const color = (code: string, otherwise: string) => read.protocol.structures.find((s) => s.code === code)?.color ?? otherwise;
  return { lv: color('lv_endo', '#ff5c7a'), rv: color('rv_endo', '#ffd24c') };
};
