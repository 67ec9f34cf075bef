import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';

import type { Read } from '../../api/types';
import { useMessages } from '../../realtime/socket';
import { keysOf } from '../../viewer/actions/registry';
import { Conflicts } from '../../viewer/Conflicts';
import { todoOf } from '../../viewer/freezing';
import { FunctionPanel } from '../../viewer/FunctionPanel';
import { Grid } from '../../viewer/Grid';
import { Pane, timeMs } from '../../viewer/Pane';
import { QuestionForm } from '../../viewer/QuestionForm';
import { Pill, Room, Saved, Separator, Tool } from '../../viewer/Room';
import type { ReadSession, Snapshot } from '../../viewer/session/session';
import type { OpenStack } from '../../viewer/stack';
import { Structures } from '../../viewer/Structures';
import { ThisFrame } from '../../viewer/ThisFrame';
import { EditTools } from '../../viewer/Tools';
import { type Editor, useEditor } from '../../viewer/useEditor';
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
  const work: Workspace = { protocol: read.protocol, open, session, now, editor, mayEdit: read.may_edit };
  const [twoUp, setTwoUp] = useState(false);
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
  const pin = (name: 'ed_phase' | 'es_phase') => {
    const held = now.held.pins.get(name)?.value ?? null;
    session.pin(name, held === cine.phase ? null : cine.phase);
  };
  useKeys({
    ...keysOf(work),
    n: nextTodo,
    b: () => setTwoUp((on) => !on),
  });

  return (
    <Room
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
          <Tool label="ED | ES" hint="Both phases side by side" shortcut="B" active={twoUp} onClick={() => setTwoUp((on) => !on)} />
          <Separator />
          <Tool label="Pin ED" hint="This phase is end-diastole; once more: automatic" shortcut="" disabled={!read.may_edit} active={now.held.pins.get('ed_phase')?.value === cine.phase} onClick={() => pin('ed_phase')} />
          <Tool label="Pin ES" hint="This phase is end-systole; once more: automatic" shortcut="" disabled={!read.may_edit} active={now.held.pins.get('es_phase')?.value === cine.phase} onClick={() => pin('es_phase')} />
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
          <Conflicts now={now} session={session} />
          <Draft read={read} empty={now.held.annotations.size === 0} onDraft={draftIn} />
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
          />
          <h2 className={panel.title}>Structures</h2>
          <Structures protocol={read.protocol} editor={editor} />
          {read.purpose !== 'imported' && (
            <>
              <h2 className={panel.title}>Questions</h2>
              <QuestionForm protocol={read.protocol} answers={now.held.answers} disabled={!read.may_edit} onAnswer={(q, v) => session.answer(q, v)} />
              <h2 className={panel.title}>To do</h2>
              <TodoList todo={todo} onNext={nextTodo} />
            </>
          )}
        </>
      }
      foot={`${read.project.name}, protocol version ${read.protocol.version}`}
    >
      {twoUp && numbers.ed_phase !== null && numbers.es_phase !== null ? (
        <>
          <PhasePane editor={editor} open={open} read={read} phase={numbers.ed_phase} />
          <PhasePane editor={editor} open={open} read={read} phase={numbers.es_phase} />
        </>
      ) : (
        <PhasePane editor={editor} open={open} read={read} phase={cine.phase} />
      )}
    </Room>
  );
}

function PhasePane({ editor, open, read, phase }: { editor: Editor; open: OpenStack; read: Read; phase: number }) {
  const { slice, moveSlice } = editor.cine;
  const { numbers, shapesAt, targetAt } = editor;
  const shapes = useMemo(() => shapesAt(slice, phase), [shapesAt, slice, phase]);
  const target = useMemo(() => targetAt(slice, phase), [targetAt, slice, phase]);
  const auto = shapes.some((shape) => shape.dashed);
  const mark = phase === numbers.ed_phase ? 'ED' : phase === numbers.es_phase ? 'ES' : '';
  return (
    <Pane
      stack={open.stack}
      store={open.store}
      slice={slice}
      phase={phase}
      tool={editor.tool}
      shapes={shapes}
      target={target}
      onSlice={moveSlice}
      resetToken={editor.resetToken}
      mark={mark}
      ready={editor.ready}
      {...(auto && read.may_edit ? { note: 'AI draft: accept with A, or edit' } : {})}
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
