import { Button, Select } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { Adjudication } from '../../api/types';
import type { Point } from '../../cmr/geometry';
import { title } from '../../components/AgreementTable';
import { Present } from '../../components/Present';
import { imageColor } from '../../components/readings';
import { LOOK_ACTIONS } from '../../viewer/display/lookActions';
import { useDisplay } from '../../viewer/display/useDisplay';
import { Pane } from '../../viewer/Pane';
import { Pill, Room, Separator, Tool } from '../../viewer/Room';
import { type OpenStack, usePrefetch } from '../../viewer/stack';
import { useCine } from '../../viewer/useCine';
import { useKeys } from '../../viewer/useKeys';
import type { Sight } from '../../viewer/Viewport';
import { Chat } from './Chat';
import { AgendaBar, Away, ChairActions } from './Live';
import classes from './meeting.module.css';
import { MinutesBox, type Writing } from './MinutesBox';
import { lineLayer, linesOf, personColor, pointerLayer, shapesOf } from './overlays';
import { PenButton } from './PenButton';
import { People } from './People';
import { drawTool, pointTool } from './tools';
import type { Item, Meeting, Spot } from './types';
import { act, type MeetingRoom } from './useMeeting';
import { DecisionPanel, VotePanel } from './Votes';

interface Props {
  meeting: Meeting;
  room: MeetingRoom;
  minutes: Writing;
  item: Item;
  found: Adjudication;
  open: OpenStack;
}

/** The case on the table: one presents, the others follow or look for themselves. */
export function Table({ meeting, room, minutes, item, found, open }: Props) {
  const cine = useCine(open.stack);
  const ready = usePrefetch(open, cine.slice);
  const display = useDisplay();
  const [structure, setStructure] = useState(found.protocol.structures[0]?.code ?? 'lv_endo');
  const [toolName, setTool] = useState<'point' | 'draw' | 'window'>('point');
  const [reset, setReset] = useState(0);
  const presents = meeting.presenter.id === meeting.me;
  const led = useLed({ meeting, room, cine, presents, structure, setStructure });
  const { send, pointers, events } = room;
  const { slice, phase } = cine;
  const stackId = open.stack.id;
  const spot = useMemo<Spot>(() => ({ stack_id: stackId, slice, phase }), [stackId, slice, phase]);

  const tool = useMemo(() => {
    if (toolName === 'window') return 'window';
    if (toolName === 'draw') return drawTool(personColor(meeting.people, meeting.me), (points) => void act(meeting.id, 'draw', { anchor: spot, points }));
    return pointTool(([column, row]: Point) => send('pointer', { slice, phase, column, row }));
  }, [toolName, meeting.id, meeting.me, meeting.people, spot, slice, phase, send]);
  const shapes = useMemo(() => shapesOf(found, open.places, structure, slice, phase), [found, open, structure, slice, phase]);
  const lines = useMemo(() => linesOf(events, item.id), [events, item.id]);
  const layers = useMemo(
    () => [lineLayer(lines, meeting.people, stackId, slice, phase), pointerLayer(pointers, meeting.people, meeting.me, slice, phase)],
    [lines, pointers, meeting.people, meeting.me, stackId, slice, phase],
  );
  const jump = (to: Spot) => {
    led.breakOff();
    cine.go(to.slice, to.phase);
  };
  const wipe = () => void act(meeting.id, 'wipe');
  useKeys({
    ArrowUp: () => led.own(() => cine.moveSlice(-1)),
    ArrowDown: () => led.own(() => cine.moveSlice(1)),
    ArrowLeft: () => led.own(() => cine.movePhase(-1)),
    ArrowRight: () => led.own(() => cine.movePhase(1)),
    ' ': () => led.own(() => cine.setPlaying((on) => !on)),
    f: led.toggle,
    p: () => setTool('point'),
    d: () => setTool('draw'),
    w: () => setTool('window'),
    x: wipe,
    ...Object.fromEntries(LOOK_ACTIONS.flatMap(({ keys, run }) => keys.filter((key) => !'fpdwx'.includes(key)).map((key) => [key, () => run(display)]))),
  });
  return (
    <Room
      display={display}
      title={`${meeting.title} / ${found.case.label}`}
      bar={
        <>
          <Pill tone={presents ? 'good' : 'warn'}>
            {presents ? 'you present' : led.following ? `following ${meeting.presenter.name}` : 'looking for yourself'}
          </Pill>
          {found.readings.map(({ key, label }) => (
            <Pill key={key}>
              <span style={{ color: imageColor(key) }}>● </span>
              {label}
            </Pill>
          ))}
        </>
      }
      actions={
        <>
          <PenButton meeting={meeting} found={found} />
          <ChairActions meeting={meeting} item={item} />
        </>
      }
      tools={
        <>
          {!presents && <Tool label={led.following ? 'Break off' : 'Follow'} hint="Follow the presenter, or look for yourself" shortcut="F" active={led.following} onClick={led.toggle} />}
          <Separator />
          <Tool label="Point" hint="Others see where you point; drag to move the image" shortcut="P" active={toolName === 'point'} onClick={() => setTool('point')} />
          <Tool label="Draw" hint="A line that everyone sees" shortcut="D" active={toolName === 'draw'} onClick={() => setTool('draw')} />
          <Tool label="Wipe" hint={meeting.me === meeting.chair.id ? 'All lines' : 'Your lines'} shortcut="X" onClick={wipe} />
          <Tool label="Window" hint="Drag: width and level" shortcut="W" active={toolName === 'window'} onClick={() => setTool('window')} />
          <Tool label="Fit" hint="Whole image" shortcut="" onClick={() => led.own(() => setReset((n) => n + 1))} />
          <Tool label={cine.playing ? 'Pause' : 'Play'} hint="Play the cine" shortcut="space" active={cine.playing} onClick={() => led.own(() => cine.setPlaying((on) => !on))} />
          <Separator />
          <Select
            size="xs"
            w={150}
            aria-label="Structure"
            data={found.protocol.structures.map(({ code }) => ({ value: code, label: title(code) }))}
            value={structure}
            onChange={(code) => code && led.own(() => setStructure(code))}
            allowDeselect={false}
          />
        </>
      }
      below={<AgendaBar meeting={meeting} />}
      side={
        <>
          <People meeting={meeting} here={room.here} />
          {meeting.may_settle && <Present slug={meeting.project.slug} caseId={found.case.id} page="meeting" />}
          <VotePanel meeting={meeting} item={item} found={found} here={room.here} />
          <DecisionPanel meeting={meeting} item={item} found={found} />
          <Chat meeting={meeting} events={events} itemId={item.id} spot={spot} onJump={jump} />
          <MinutesBox meeting={meeting} {...minutes} />
        </>
      }
      foot={`${meeting.chair.name} chairs`}
    >
      <div className={classes.stage} onPointerLeave={() => send('pointer', null)} onPointerDown={led.breakOffUnlessDrawing(toolName)}>
        <Pane
          stack={open.stack}
          store={open.store}
          slice={slice}
          phase={phase}
          tool={tool}
          shapes={shapes}
          layers={layers}
          target={null}
          onSlice={(by) => led.own(() => cine.moveSlice(by))}
          onPhase={(by) => led.own(() => cine.movePhase(by))}
          resetToken={reset}
          onSight={led.onSight}
          sight={led.sight}
          mark=""
          note={title(structure)}
          ready={ready}
        />
        {!presents && !led.following && (
          <Button size="compact-sm" style={{ position: 'absolute', right: 12, bottom: 12 }} onClick={led.toggle}>
            Follow {meeting.presenter.name}
          </Button>
        )}
        <Away connected={room.connected} />
      </div>
    </Room>
  );
}

interface Leading {
  meeting: Meeting;
  room: MeetingRoom;
  cine: ReturnType<typeof useCine>;
  presents: boolean;
  structure: string;
  setStructure: (code: string) => void;
}

/** The presenter's view goes out; others' follows it until they do something of their own. */
function useLed({ meeting, room, cine, presents, structure, setStructure }: Leading) {
  const [wants, setWants] = useState(true);
  const [sight, setSight] = useState<Sight | null>(null);
  const last = useRef<Sight | null>(null);
  const following = wants && !presents;
  const { send } = room;
  const { slice, phase, go } = cine;
  const emit = useCallback(() => {
    const now = last.current;
    if (!presents || !now) return;
    const { middle, span, window } = now;
    send('view', { slice, phase, structure, column: middle[0], row: middle[1], span, centre: window.centre, width: window.width });
  }, [presents, send, slice, phase, structure]);
  useEffect(emit, [emit]);
  const latest = useRef(emit);
  useEffect(() => {
    latest.current = emit;
  }, [emit]);
  const onSight = useCallback((now: Sight) => {
    last.current = now;
    latest.current();
  }, []);

  const kept = Object.keys(meeting.view).length > 0 ? meeting.view : null;
  const at = room.view ?? kept;
  // what was heard last; the kept view only where nothing was heard yet
  const key = at ? JSON.stringify(at) : '';
  useEffect(() => {
    if (!following || !key) return;
    const seen = JSON.parse(key) as Partial<{ slice: number; phase: number; structure: string; column: number; row: number; span: number; centre: number; width: number }>;
    if (seen.slice !== undefined && seen.phase !== undefined) go(seen.slice, seen.phase);
    if (seen.structure) setStructure(seen.structure);
    const { column, row, span, centre, width } = seen;
    if (column !== undefined && row !== undefined && span && centre !== undefined && width) setSight({ middle: [column, row], span, window: { centre, width } });
  }, [following, key, go, setStructure]);

  const breakOff = useCallback(() => setWants(false), []);
  return {
    following,
    sight: following ? sight : null,
    onSight,
    breakOff,
    toggle: () => setWants((on) => !on),
    /** Moving is one's own from now on, unless one presents. */
    own: (move: () => void) => {
      if (!presents) setWants(false);
      move();
    },
    breakOffUnlessDrawing: (tool: string) => () => !presents && tool !== 'draw' && setWants(false),
  };
}
