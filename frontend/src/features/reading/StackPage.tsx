import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { Busy, ErrorNote } from '../../components/Notice';
import { DisplayMenu } from '../../viewer/display/DisplayMenu';
import { LOOK_ACTIONS } from '../../viewer/display/lookActions';
import { useDisplay } from '../../viewer/display/useDisplay';
import { Pane } from '../../viewer/Pane';
import { Room, Separator, Tool } from '../../viewer/Room';
import type { Shape } from '../../viewer/painting';
import { type OpenStack, usePrefetch, useStack } from '../../viewer/stack';
import { TagBrowser } from '../../viewer/tags/TagBrowser';
import { useCine } from '../../viewer/useCine';
import { useKeys } from '../../viewer/useKeys';

const NO_SHAPES: Shape[] = [];

/** Looking at a stack, without a read: nothing is drawn or saved. */
export function StackPage() {
  const { slug, id } = useParams();
  const { open, error } = useStack(slug, id);
  if (error) return <ErrorNote error={error} />;
  if (!open) return <Busy label="Opening the images" />;
  return <Looking slug={slug!} open={open} />;
}

function Looking({ slug, open }: { slug: string; open: OpenStack }) {
  const cine = useCine(open.stack);
  const ready = usePrefetch(open, cine.slice);
  const navigate = useNavigate();
  const [tool, setTool] = useState('window');
  const [reset, setReset] = useState(0);
  const display = useDisplay();
  const [tags, setTags] = useState(false);
  useAskedPlace(cine.go, open.stack.meta);
  const play = () => cine.setPlaying((on) => !on);
  const fit = () => {
    display.reset();
    setReset((n) => n + 1);
  };
  useKeys({
    ArrowUp: () => cine.moveSlice(-1),
    ArrowDown: () => cine.moveSlice(1),
    ArrowLeft: () => cine.movePhase(-1),
    ArrowRight: () => cine.movePhase(1),
    ' ': play,
    w: () => setTool('window'),
    p: () => setTool('pan'),
    f: fit,
    ...Object.fromEntries(LOOK_ACTIONS.flatMap(({ keys, run }) => keys.map((key) => [key, () => run(display)]))),
  });
  return (
    <Room
      display={display}
      title={`${open.stack.case.label || 'Stack'}: images`}
      bar={null}
      actions={
        <Button size="compact-sm" variant="default" onClick={() => void navigate(-1)}>
          Back
        </Button>
      }
      tools={
        <>
          <Tool label="Window" hint="Drag: width and level. Also with the right button." shortcut="W" active={tool === 'window'} onClick={() => setTool('window')} />
          <Tool label="Pan" hint="Drag to move; Ctrl + wheel zooms" shortcut="P" active={tool === 'pan'} onClick={() => setTool('pan')} />
          <Tool label="Fit" hint="Whole image, first window" shortcut="F" onClick={fit} />
          <DisplayMenu
            display={display}
            kind={open.stack.meta.sequence_kind}
            component={open.stack.meta.component}
            keysOf={(action) => action.keys}
            onTags={() => setTags(true)}
          />
          {tags && <TagBrowser stack={open.stack} address={open.places.address(cine.slice, cine.phase)} onClose={() => setTags(false)} />}
          <Separator />
          <Tool label={cine.playing ? 'Pause' : 'Play'} hint="Play the cine" shortcut="space" active={cine.playing} onClick={play} />
        </>
      }
      below={null}
      side={
        <>
          {open.stack.findings.length === 0 && <p>The stack is complete.</p>}
          {open.stack.findings.map((finding) => (
            <p key={finding.code + String(finding.slice_index)}>{finding.message}</p>
          ))}
        </>
      }
      foot={slug}
    >
      <Pane
        stack={open.stack}
        store={open.store}
        slice={cine.slice}
        phase={cine.phase}
        tool={tool}
        shapes={NO_SHAPES}
        target={null}
        onSlice={cine.moveSlice}
        resetToken={reset}
        mark=""
        ready={ready}
      />
    </Room>
  );
}

/** Goes once to the place that the address names: `?slice=3&phase=0`, counted from 0. */
function useAskedPlace(go: (slice: number, phase: number) => void, { n_slices, n_phases }: { n_slices: number; n_phases: number }) {
  const [params] = useSearchParams();
  const gone = useRef(false);
  useEffect(() => {
    const [slice, phase] = ['slice', 'phase'].map((name) => Number.parseInt(params.get(name) ?? '', 10));
    if (gone.current || slice === undefined || phase === undefined || Number.isNaN(slice) || Number.isNaN(phase)) return;
    gone.current = true;
    if (slice >= 0 && slice < n_slices && phase >= 0 && phase < n_phases) go(slice, phase);
  }, [params, go, n_slices, n_phases]);
}
