import { Button } from '@mantine/core';
import { useMemo } from 'react';

import type { Adjudication } from '../../api/types';
import { AgreementTable, title } from '../../components/AgreementTable';
import { plural } from '../../components/format';
import { ImportedList } from '../../components/ImportedList';
import { colorName } from '../../components/readings';
import { keysOf } from '../../viewer/actions/registry';
import { useDisplay } from '../../viewer/display/useDisplay';
import { keyName } from '../../viewer/keyName';
import { answersOf } from '../../viewer/freezing';
import { useOwnKeys } from '../../viewer/keys';
import { ObjectsPanel } from '../../viewer/objects/ObjectsPanel';
import { landmarksOf, useObjects } from '../../viewer/objects/useObjects';
import { FunctionPanel } from '../../viewer/FunctionPanel';
import { Grid } from '../../viewer/Grid';
import { Pane, timeMs } from '../../viewer/Pane';
import type { Shape } from '../../viewer/painting';
import { QuestionForm } from '../../viewer/QuestionForm';
import { jumpTo } from '../../viewer/panel/jump';
import { PhaseChoice } from '../../viewer/panel/PhaseChoice';
import { SmartPanel } from '../../viewer/panel/SmartPanel';
import { WallPanel } from '../../viewer/panel/WallPanel';
import { Legend } from '../../viewer/readings/Legend';
import { disagreement, shapesOf } from '../../viewer/readings/overlay';
import { Sides } from '../../viewer/readings/Sides';
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
import shown from '../../viewer/readings/readings.module.css';
import { cellKey } from './cells';
import { Cells } from './Cells';
import { Decide } from './Decide';
import { Discussed } from './Discussed';
import classes from './desk.module.css';
import { besideReader } from './keys';
import { Sign } from './Sign';
import { useDesk } from './useDesk';

interface Props {
  found: Adjudication;
  open: OpenStack;
  session: ReadSession;
  now: Snapshot;
  mayEdit: boolean;
}

const OWN = '#ffffff';

export function Desk({ found, open, session, now, mayEdit }: Props) {
  const editor = useEditor(found.protocol, open, session, now, mayEdit);
  const desk = useDesk(found, open, session, now, editor, mayEdit);
  const { look, readings } = desk;
  const { cine, numbers, structure } = editor;
  const { stack, places } = open;

  const display = useDisplay();
  const editing = mayEdit && look === 'mine';
  const objects = useObjects(open, session, now.held, editing);
  const ownKeys = useOwnKeys();
  const smart = useSmart({ aiRead: null, protocol: found.protocol, open, session, editor });
  const work: Workspace = { protocol: found.protocol, open, session, now, editor, display, ownKeys, smart, objects, mayEdit: editing };
  const readerKeys = keysOf(work);
  const keys = editing ? besideReader(desk.keys, readerKeys) : desk.keys;
  useKeys({ ...readerKeys, ...keys });
  const shortcutOf = (key: string) => (key in keys ? keyName(key) : '');

  const { shapesAt, targetAt } = editor;
  const own = useMemo(
    () => shapesAt(cine.slice, cine.phase).filter((shape) => shape.key === structure),
    [shapesAt, cine.slice, cine.phase, structure],
  );
  const decidedHere = desk.decision !== null;
  const shapes = useMemo((): Shape[] => {
    if (look === 'mine') return shapesAt(cine.slice, cine.phase);
    if (editor.hidden) return [];
    const seen = look === 'overlay' ? readings : readings.filter((r) => r.key === look);
    const theirs = shapesOf(seen, structure, cine.slice, cine.phase);
    // what was decided lies over what it was decided from
    return look === 'overlay' && decidedHere ? [...theirs, ...own.map((shape) => ({ ...shape, color: OWN, width: 1.4 }))] : theirs;
  }, [look, shapesAt, readings, structure, cine.slice, cine.phase, editor.hidden, own, decidedHere]);
  const regions = useMemo(
    () => (look === 'overlay' && desk.heat && !editor.hidden ? disagreement(readings, structure, cine.slice, cine.phase, stack.meta.rows, stack.meta.columns) : []),
    [look, desk.heat, readings, structure, cine.slice, cine.phase, stack.meta, editor.hidden],
  );
  const target = useMemo(() => (look === 'mine' ? targetAt(cine.slice, cine.phase) : null), [look, targetAt, cine.slice, cine.phase]);
  const { at, layerAt } = objects;
  const drawn = useMemo(() => (look === 'mine' ? at(cine.slice, cine.phase) : null), [look, at, cine.slice, cine.phase]);
  const layers = useMemo(() => [layerAt(cine.slice, cine.phase)], [layerAt, cine.slice, cine.phase]);
  const annotations = useMemo(() => [...now.held.annotations.values()], [now.held.annotations]);
  const times = useMemo(
    () => Array.from({ length: stack.meta.n_phases }, (_, p) => timeMs(stack, Math.floor(stack.meta.n_slices / 2), p)),
    [stack],
  );
  const ownMark = cine.phase === numbers.ed_phase ? 'ED' : cine.phase === numbers.es_phase ? 'ES' : '';
  // beside the readings ED and ES are theirs: the reference may not be drawn that far
  const mark = look === 'mine' ? ownMark : desk.phases.includes(cine.phase) ? desk.phaseName(cine.phase) : '';
  const left = desk.cells.filter((cell) => !desk.decisions.done.has(cellKey(cell))).length;
  return (
    <Room
      display={display}
      title={`${found.project.name} / Adjudication / ${found.case.label}`}
      bar={
        <>
          <Pill>{found.readers_masked ? 'readers masked' : 'readers named'}</Pill>
          {found.reasons.length > 0 && <Pill tone="warn">{found.reopened ? 'reopened' : `opened by rule: ${plural(found.reasons.length, 'reason')}`}</Pill>}
          {found.state === 'open' && desk.cells.length > 0 && <Pill tone={left > 0 ? 'warn' : 'good'}>{left > 0 ? `${plural(left, 'cell')} left` : 'all cells decided'}</Pill>}
          {found.state === 'signed' && <Pill tone="good">signed and locked</Pill>}
        </>
      }
      actions={
        <>
          <Saved now={now} />
          {mayEdit ? (
            <Sign found={found} session={session} now={now} numbers={numbers} places={places} left={left} />
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
          <Tool label="Overlay" hint="All readings; the more disagree, the warmer" shortcut="O" active={look === 'overlay'} onClick={() => desk.setLook('overlay')} />
          <Tool label="Heat" hint="Shade where readings disagree" shortcut={shortcutOf('Shift+T')} active={desk.heat} onClick={() => desk.setHeat(!desk.heat)} />
          <Tool label="Side by side" hint="Up to four readings; again for the next" shortcut={shortcutOf('c')} active={look === 'sides'} onClick={desk.sides} />
          <Tool label="Blink" hint="One reading, then the next" shortcut="K" active={readings.some((r) => r.key === look)} onClick={desk.blink} />
          <Tool label="Reference" hint="What you will sign; here you edit" shortcut="M" active={look === 'mine'} onClick={() => desk.setLook('mine')} />
          <Separator />
          <Tool label="Next" hint="Next cell that nobody decided, the largest first" shortcut="N" disabled={left === 0} onClick={() => desk.step(1)} />
          <Tool label="Before" hint="The one before" shortcut={shortcutOf('p')} disabled={left === 0} onClick={() => desk.step(-1)} />
          <Separator />
          <EditTools work={work} />
        </>
      }
      below={
        <div className={grid.below}>
          <Grid places={places} annotations={annotations} edPhase={numbers.ed_phase} esPhase={numbers.es_phase} slice={cine.slice} phase={cine.phase} onGo={cine.go} />
          <Cells cells={desk.cells} done={desk.decisions.done} now={cellKey(desk.cell)} reasons={found.decision_reasons} phaseName={desk.phaseName} onGo={desk.go} />
        </div>
      }
      side={
        <>
          <Trouble work={work} />
          {found.reasons.length > 0 && (
            <>
              <h2 className={panel.title}>Why it is here</h2>
              <ul className={classes.reasons}>
                {found.reasons.map((reason) => (
                  <li key={reason.message}>{reason.message}</li>
                ))}
              </ul>
            </>
          )}
          <Discussed found={found} />
          {mayEdit && (
            <Decide
              found={found}
              cell={desk.cell}
              phaseName={desk.phaseName(cine.phase)}
              decisions={desk.decisions}
              now={desk.decision}
              edited={desk.edited}
              shortcutOf={shortcutOf}
              onDecide={(source, scope) => void desk.decide(source, scope)}
              onUndo={desk.undo}
            />
          )}
          <h2 className={panel.title}>{readings.length === 1 ? 'The reading' : `${readings.length} readings`}</h2>
          {!found.readers_masked && (
            <p className={panel.small}>
              {found.readings.map(({ key, reader }) => `${colorName(key)}: ${reader?.kind === 'model' ? 'AI, ' : ''}${reader?.label ?? ''}`).join('; ')}
            </p>
          )}
          <AgreementTable agreement={found.agreement} />
          {found.imported_annotations.length > 0 && (
            <>
              <h2 className={panel.title}>Imported annotations</h2>
              <ImportedList rows={found.imported_annotations} />
            </>
          )}
          <QuestionForm protocol={found.protocol} answers={answersOf(now.held)} disabled={!mayEdit} onAnswer={(q, v) => session.answer(q, v)} landmarks={landmarksOf(work)} />
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
      {look === 'sides' ? (
        <Sides
          open={open}
          readings={readings}
          from={desk.from}
          structure={structure}
          cine={cine}
          ready={editor.ready}
          mark={mark}
          resetToken={editor.resetToken}
          hidden={editor.hidden}
        />
      ) : (
        <div className={shown.stage}>
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
            onPhase={cine.movePhase}
            resetToken={editor.resetToken}
            mark={mark}
            note={look === 'mine' ? 'reference' : `${title(structure)}: ${look === 'overlay' ? 'all readings' : colorName(look)}`}
            ready={editor.ready}
          />
          {look === 'overlay' && <Legend readings={readings} heat={desk.heat} also={decidedHere ? { label: 'decided', color: OWN } : undefined} />}
        </div>
      )}
    </Room>
  );
}
