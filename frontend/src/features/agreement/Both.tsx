import { Button, SegmentedControl } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';

import type { BehindPoint, DiscDifference } from '../../api/agreement';
import { useMay } from '../../api/queries';
import type { ReadingKey } from '../../api/types';
import { useDisplay } from '../../viewer/display/useDisplay';
import type { Shape } from '../../viewer/painting';
import { Pane } from '../../viewer/Pane';
import panel from '../../viewer/panel.module.css';
import { Legend } from '../../viewer/readings/Legend';
import { disagreement, Reading, shapesOf } from '../../viewer/readings/overlay';
import shown from '../../viewer/readings/readings.module.css';
import { Sides } from '../../viewer/readings/Sides';
import { Pill, Room, Separator, Tool } from '../../viewer/Room';
import { type OpenStack, usePrefetch } from '../../viewer/stack';
import { useCine } from '../../viewer/useCine';
import { useKeys } from '../../viewer/useKeys';
import { Discs, discKey } from './Discs';
import { BothNumbers } from './BothNumbers';
import { shortTitle, structureTitle } from './structures';

type Look = 'overlay' | 'sides' | ReadingKey;

/** Two reads of one case over one another: where they differ, and by how much. Nothing is changed here. */
export function Both({ slug, found, open }: { slug: string; found: BehindPoint; open: OpenStack }) {
  const { stack, places } = open;
  const cine = useCine(stack);
  const { slice, phase, go } = cine;
  const ready = usePrefetch(open, slice);
  const navigate = useNavigate();
  const may = useMay(slug);
  const display = useDisplay();
  const readings = useMemo(() => found.sides.map((side) => new Reading(side.key, side.label, side.contours, places)), [found, places]);
  const structures = found.protocol.structures.map((s) => s.code).filter((code) => found.sides.some((side) => side.contours.some((c) => c.structure === code)));
  const [chosen, setStructure] = useState(found.differences[0]?.structure ?? structures[0] ?? 'lv_endo');
  const [look, setLook] = useState<Look>('overlay');
  const [heat, setHeat] = useState(true);
  const [tool, setTool] = useState('window');
  const [reset, setReset] = useState(0);
  const [disc, setDisc] = useState<DiscDifference | null>(null);

  const to = (row: DiscDifference | undefined) => {
    if (!row) return;
    setDisc(row);
    setStructure(row.structure);
    go(row.slice, row.phase_a);
  };
  const step = (by: 1 | -1) => {
    const n = found.differences.length;
    const now = disc ? found.differences.indexOf(disc) : -1;
    to(found.differences[(now + by + n) % n]);
  };
  useFirst(found.differences[0], to);
  const blink = () => setLook((before) => (before === 'a' ? 'b' : 'a'));
  const fit = () => {
    display.reset();
    setReset((n) => n + 1);
  };
  const play = () => cine.setPlaying((on) => !on);
  useKeys({
    ArrowUp: () => cine.moveSlice(-1),
    ArrowDown: () => cine.moveSlice(1),
    ArrowLeft: () => cine.movePhase(-1),
    ArrowRight: () => cine.movePhase(1),
    ' ': play,
    o: () => setLook('overlay'),
    c: () => setLook('sides'),
    k: blink,
    'Shift+T': () => setHeat((on) => !on),
    n: () => step(1),
    b: () => step(-1),
    w: () => setTool('window'),
    p: () => setTool('pan'),
    f: fit,
  });
  const shapes = useMemo((): Shape[] => {
    const seen = look === 'a' || look === 'b' ? readings.filter((r) => r.key === look) : readings;
    return shapesOf(seen, chosen, slice, phase);
  }, [look, readings, chosen, slice, phase]);
  const regions = useMemo(
    () => (look === 'overlay' && heat ? disagreement(readings, chosen, slice, phase, stack.meta.rows, stack.meta.columns) : []),
    [look, heat, readings, chosen, slice, phase, stack.meta],
  );
  const mark = markOf(found, phase);
  const [a, b] = found.sides;
  const only = found.sides.find((side) => side.key === look);
  return (
    <Room
      display={display}
      title={`Agreement / ${found.case}`}
      bar={
        <Pill>
          {a.label} and {b.label}
        </Pill>
      }
      actions={
        <>
          {may('view_cases') && (
            <Button size="compact-md" variant="default" onClick={() => void navigate(`/p/${slug}/cases/${found.case_id}`)}>
              The case
            </Button>
          )}
          <Button size="compact-md" variant="default" onClick={() => void navigate(-1)}>
            Back
          </Button>
        </>
      }
      tools={
        <>
          <Tool label="Overlay" hint="Both readings over one another" shortcut="O" active={look === 'overlay'} onClick={() => setLook('overlay')} />
          <Tool label="Heat" hint="Shade where they differ" shortcut="⇧T" active={heat} onClick={() => setHeat(!heat)} />
          <Tool label="Side by side" hint="One beside the other" shortcut="C" active={look === 'sides'} onClick={() => setLook('sides')} />
          <Tool label="Blink" hint="One reading, then the other" shortcut="K" active={look === 'a' || look === 'b'} onClick={blink} />
          <Separator />
          <Tool label="Next" hint="The next disc, the largest difference first" shortcut="N" disabled={found.differences.length === 0} onClick={() => step(1)} />
          <Tool label="Before" hint="The one before" shortcut="B" disabled={found.differences.length === 0} onClick={() => step(-1)} />
          <Separator />
          <Tool label="Window" hint="Drag: width and level. Also with the right button." shortcut="W" active={tool === 'window'} onClick={() => setTool('window')} />
          <Tool label="Pan" hint="Drag to move; Ctrl + wheel zooms" shortcut="P" active={tool === 'pan'} onClick={() => setTool('pan')} />
          <Tool label="Fit" hint="Whole image, first window" shortcut="F" onClick={fit} />
          <Tool label={cine.playing ? 'Pause' : 'Play'} hint="Play the cine" shortcut="space" active={cine.playing} onClick={play} />
        </>
      }
      below={null}
      side={
        <>
          <SegmentedControl
            fullWidth
            aria-label="Structure"
            data={structures.map((code) => ({ value: code, label: shortTitle(code) }))}
            value={chosen}
            onChange={setStructure}
            mb="sm"
          />
          <BothNumbers found={found} />
          <h2 className={panel.title}>Differences by disc</h2>
          <Discs rows={found.differences} now={disc && discKey(disc)} onGo={to} />
          {found.spacing_assumed && <p className={panel.small}>The spacing is assumed: so is every ml and mm.</p>}
        </>
      }
      foot={`Protocol version ${found.protocol.version}`}
    >
      {look === 'sides' ? (
        <Sides open={open} readings={readings} from={0} structure={chosen} cine={cine} ready={ready} mark={mark} tool={tool} resetToken={reset} hidden={false} />
      ) : (
        <div className={shown.stage}>
          <Pane
            stack={stack}
            store={open.store}
            slice={slice}
            phase={phase}
            tool={tool}
            shapes={shapes}
            regions={regions}
            target={null}
            onSlice={cine.moveSlice}
            onPhase={cine.movePhase}
            resetToken={reset}
            mark={mark}
            note={`${structureTitle(chosen)}: ${only ? only.label : 'both'}`}
            ready={ready}
          />
          {look === 'overlay' && <Legend readings={readings} heat={heat} />}
        </div>
      )}
    </Room>
  );
}

/** Goes to the largest difference when the page opens. */
function useFirst(row: DiscDifference | undefined, to: (row: DiscDifference | undefined) => void) {
  const gone = useRef(false);
  useEffect(() => {
    if (gone.current || !row) return;
    gone.current = true;
    to(row);
  });
}

/** ED and ES, and whose where they are not the same for both. */
function markOf(found: BehindPoint, phase: number): string {
  const marks = (['ed_phase', 'es_phase'] as const).flatMap((name) => {
    const whose = found.sides.filter((side) => side[name] === phase);
    const word = name === 'ed_phase' ? 'ED' : 'ES';
    return whose.length === 0 ? [] : [whose.length === 2 ? word : `${word} of ${whose[0]!.label}`];
  });
  return marks.join(', ');
}
