import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo, useState } from 'react';

import { api, messageOf } from '../../api/client';
import type { Adjudication, Contents } from '../../api/types';
import { AgreementTable, title } from '../../components/AgreementTable';
import { number, plural } from '../../components/format';
import { ImportedList } from '../../components/ImportedList';
import { keysOf } from '../../viewer/actions/registry';
import { useDisplay } from '../../viewer/display/useDisplay';
import { useOwnKeys } from '../../viewer/keys';
import { ObjectsPanel } from '../../viewer/objects/ObjectsPanel';
import { useObjects } from '../../viewer/objects/useObjects';
import { FunctionPanel } from '../../viewer/FunctionPanel';
import { Grid } from '../../viewer/Grid';
import { Pane, timeMs } from '../../viewer/Pane';
import { QuestionForm } from '../../viewer/QuestionForm';
import { jumpTo } from '../../viewer/panel/jump';
import { PhaseChoice } from '../../viewer/panel/PhaseChoice';
import { SmartPanel } from '../../viewer/panel/SmartPanel';
import { WallPanel } from '../../viewer/panel/WallPanel';
import { Pill, Room, Separator, Tool } from '../../viewer/Room';
import { Saved } from '../../viewer/Saved';
import type { ReadSession, Snapshot } from '../../viewer/session/session';
import { useSmart } from '../../viewer/smart/useSmart';
import type { OpenStack } from '../../viewer/stack';
import { Structures } from '../../viewer/Structures';
import { toolOf } from '../../viewer/tools/registry';
import { EditTools } from '../../viewer/Tools';
import { Trouble } from '../../viewer/Trouble';
import { useEditor } from '../../viewer/useEditor';
import { useKeys } from '../../viewer/useKeys';
import type { Workspace } from '../../viewer/workspace';
import grid from '../../viewer/grid.module.css';
import panel from '../../viewer/panel.module.css';
import classes from './desk.module.css';
import { type Difference, differences, disagreement, readingsOf, shapesOf, type Side } from './readings';
import { Sign } from './Sign';

interface Props {
  found: Adjudication;
  open: OpenStack;
  session: ReadSession;
  now: Snapshot;
  mayEdit: boolean;
}

type Look = 'overlay' | 'mine' | Side;

export function Desk({ found, open, session, now, mayEdit }: Props) {
  const editor = useEditor(found.protocol, open, session, now, mayEdit);
  const [look, setLook] = useState<Look>(mayEdit ? 'overlay' : 'mine');
  const { cine, numbers, structure } = editor;
  const { stack, places } = open;
  const readings = useMemo(() => readingsOf(found, places), [found, places]);
  const phases = useMemo(() => agreedPhases(found), [found]);
  const differing = useMemo(() => differences(found, readings, places, phases), [found, readings, places, phases]);

  const display = useDisplay();
  const objects = useObjects(open, session, now.held, mayEdit && look === 'mine');
  const ownKeys = useOwnKeys();
  const smart = useSmart({ aiRead: null, protocol: found.protocol, open, session, editor });
  const work: Workspace = { protocol: found.protocol, open, session, now, editor, display, ownKeys, smart, objects, mayEdit: mayEdit && look === 'mine' };
  const { shapesAt, targetAt } = editor;
  const shapes = useMemo(() => {
    if (look === 'mine') return shapesAt(cine.slice, cine.phase);
    const shown = look === 'overlay' ? readings : readings.filter((r) => r.key === look);
    return editor.hidden ? [] : shapesOf(shown, structure, cine.slice, cine.phase);
  }, [look, shapesAt, readings, structure, cine.slice, cine.phase, editor.hidden]);
  const regions = useMemo(
    () => (look === 'overlay' && !editor.hidden ? disagreement(readings, structure, cine.slice, cine.phase, stack.meta.rows, stack.meta.columns) : []),
    [look, readings, structure, cine.slice, cine.phase, stack.meta, editor.hidden],
  );
  const target = useMemo(() => (look === 'mine' ? targetAt(cine.slice, cine.phase) : null), [look, targetAt, cine.slice, cine.phase]);

  const { at, layerAt } = objects;
  const drawn = useMemo(() => (look === 'mine' ? at(cine.slice, cine.phase) : null), [look, at, cine.slice, cine.phase]);
  const layers = useMemo(() => [layerAt(cine.slice, cine.phase)], [layerAt, cine.slice, cine.phase]);

  const take = async (source: Side, frameOnly: boolean) => {
    const address = places.address(cine.slice, cine.phase);
    try {
      await session.settled();
      const frames = frameOnly && address ? [{ sop_instance_uid: address.sop_instance_uid, frame_number: address.frame_number }] : null;
      session.replace(await api.post<Contents>(`/adjudications/${found.id}/take/`, { op_id: crypto.randomUUID(), source, frames, structures: null }));
      setLook('mine');
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  const goTo = (d: Difference) => {
    editor.setStructure(d.structure);
    setLook('overlay');
    cine.go(d.slice, d.phase);
  };
  useKeys({
    ...keysOf(work),
    o: () => setLook('overlay'),
    m: () => setLook('mine'),
    k: () => setLook((before) => (before === 'a' ? 'b' : 'a')),
    ...(mayEdit
      ? { '[': () => void take('a', true), ']': () => void take('b', true), 'Shift+{': () => void take('a', false), 'Shift+}': () => void take('b', false) }
      : {}),
  });
  const annotations = useMemo(() => [...now.held.annotations.values()], [now.held.annotations]);
  const times = useMemo(
    () => Array.from({ length: stack.meta.n_phases }, (_, p) => timeMs(stack, Math.floor(stack.meta.n_slices / 2), p)),
    [stack],
  );
  const mark = cine.phase === numbers.ed_phase ? 'ED' : cine.phase === numbers.es_phase ? 'ES' : '';
  return (
    <Room
      display={display}
      title={`${found.project.name} / Adjudication / ${found.case.label}`}
      bar={
        <>
          <Pill>readers masked</Pill>
          {found.reasons.length > 0 && <Pill tone="warn">opened by rule: {plural(found.reasons.length, 'difference')}</Pill>}
          {found.state === 'signed' && <Pill tone="good">signed and locked</Pill>}
        </>
      }
      actions={
        <>
          <Saved now={now} />
          {mayEdit ? (
            <Sign found={found} session={session} now={now} numbers={numbers} places={places} />
          ) : (
            found.report_url && (
              <Button component="a" href={found.report_url} target="_blank" rel="noreferrer" size="compact-md" variant="light">
                Signed summary (PDF)
              </Button>
            )
          )}
        </>
      }
      tools={
        <>
          <Tool label="Overlay" hint="Both readings; what differs is shaded" shortcut="O" active={look === 'overlay'} onClick={() => setLook('overlay')} />
          <Tool label="Blink" hint="One reading, then the other" shortcut="K" active={look === 'a' || look === 'b'} onClick={() => setLook(look === 'a' ? 'b' : 'a')} />
          <Tool label="Reference" hint="What you will sign; here you edit" shortcut="M" active={look === 'mine'} onClick={() => setLook('mine')} />
          <Separator />
          <Tool label="Take blue" hint="This frame from Blue" shortcut="[" disabled={!mayEdit} onClick={() => void take('a', true)} />
          <Tool label="Take orange" hint="This frame from Orange" shortcut="]" disabled={!mayEdit} onClick={() => void take('b', true)} />
          <Separator />
          <EditTools work={work} />
        </>
      }
      below={
        <div className={grid.below}>
          <Grid places={places} annotations={annotations} edPhase={numbers.ed_phase} esPhase={numbers.es_phase} slice={cine.slice} phase={cine.phase} onGo={cine.go} />
          <Differences rows={differing.slice(0, 6)} onGo={goTo} found={found} />
        </div>
      }
      side={
        <>
          <Trouble work={work} />
          <h2 className={panel.title}>Two readings</h2>
          <AgreementTable agreement={found.agreement} />
          {found.imported_annotations.length > 0 && (
            <>
              <h2 className={panel.title}>Imported annotations</h2>
              <ImportedList rows={found.imported_annotations} />
            </>
          )}
          {mayEdit && (
            <>
              <h2 className={panel.title}>Decision</h2>
              <div className={classes.decision}>
                <Button size="compact-sm" variant="outline" color="blue" onClick={() => void take('a', false)}>
                  Take all of Blue
                </Button>
                <Button size="compact-sm" variant="outline" color="orange" onClick={() => void take('b', false)}>
                  Take all of Orange
                </Button>
              </div>
            </>
          )}
          <QuestionForm protocol={found.protocol} answers={now.held.answers} disabled={!mayEdit} onAnswer={(q, v) => session.answer(q, v)} />
          <h2 className={panel.title}>Reference so far</h2>
          <FunctionPanel
            numbers={numbers}
            convention={`papillaries in ${found.protocol.convention.papillary}`}
            phase={cine.phase}
            colors={{ lv: '#ff5c7a', rv: '#ffd24c' }}
            timesMs={times}
            onPhase={(p) => cine.go(cine.slice, p)}
            onJump={(code, p) => jumpTo(work, code, p)}
          />
          <SmartPanel work={work} />
          <PhaseChoice work={work} />
          <WallPanel work={work} />
          <ObjectsPanel work={work} />
          <h2 className={panel.title}>Structures</h2>
          <Structures protocol={found.protocol} editor={editor} />
        </>
      }
      foot={`${found.project.name}, protocol version ${found.protocol.version}`}
    >
      <Pane
        stack={stack}
        store={open.store}
        slice={cine.slice}
        phase={cine.phase}
        tool={look === 'mine' || !toolOf(editor.tool).edits ? editor.tool : 'pan'}
        shapes={shapes}
        regions={regions}
        target={target}
        objects={drawn}
        layers={layers}
        onSlice={cine.moveSlice}
        resetToken={editor.resetToken}
        mark={mark}
        note={look === 'mine' ? 'reference' : `${title(structure)}: ${look === 'overlay' ? 'Blue and Orange' : look === 'a' ? 'Blue' : 'Orange'}`}
        ready={editor.ready}
      />
    </Room>
  );
}

function agreedPhases(found: Adjudication): number[] {
  const { ed_phase, es_phase } = found.agreement;
  return [...new Set([ed_phase.a, ed_phase.b, es_phase.a, es_phase.b])].filter((p): p is number => p !== null);
}

function Differences({ rows, onGo, found }: { rows: Difference[]; onGo: (d: Difference) => void; found: Adjudication }) {
  const largest = Math.max(1, ...rows.map((r) => Math.abs(r.deltaMl)));
  return (
    <section className={classes.differences}>
      <h2 className={panel.title}>Largest differences first</h2>
      {rows.length === 0 && <p className={panel.small}>The contours at ED and ES enclose the same.</p>}
      {rows.map((row) => (
        <button key={`${row.structure}/${row.slice}/${row.phase}`} type="button" className={classes.difference} onClick={() => onGo(row)}>
          <span>
            {title(row.structure)}, slice {row.slice + 1}, {phaseName(found, row.phase)}
          </span>
          <i style={{ width: `${(90 * Math.abs(row.deltaMl)) / largest}px` }} />
          <b>{number(Math.abs(row.deltaMl), 1)} ml</b>
        </button>
      ))}
    </section>
  );
}

function phaseName(found: Adjudication, phase: number): string {
  const { ed_phase, es_phase } = found.agreement;
  if (phase === ed_phase.a || phase === ed_phase.b) return 'ED';
  return phase === es_phase.a || phase === es_phase.b ? 'ES' : `phase ${phase + 1}`;
}
