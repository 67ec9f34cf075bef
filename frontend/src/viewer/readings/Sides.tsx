import { useMemo } from 'react';

import { imageColor } from '../../components/readings';
import { Pane } from '../Pane';
import room from '../room.module.css';
import type { OpenStack } from '../stack';
import type { Cine } from '../useCine';
import { type Reading, shapesOf } from './overlay';
import classes from './readings.module.css';

const MOST = 4;

interface Props {
  open: OpenStack;
  readings: Reading[];
  /** First of the readings shown, where there are more than four. */
  from: number;
  structure: string;
  cine: Cine;
  ready: number;
  mark: string;
  tool?: string;
  resetToken: number;
  hidden: boolean;
}

/** Two to four readings beside one another: one slice and phase for all of them. */
export function Sides({ open, readings, from, structure, cine, ready, mark, tool = 'pan', resetToken, hidden }: Props) {
  const shown = useMemo(() => sidesFrom(readings, from), [readings, from]);
  const { slice, phase } = cine;
  return (
    <div className={room.panes} style={{ gridTemplateColumns: shown.length > 1 ? '1fr 1fr' : '1fr' }} data-testid="sides">
      {shown.map((reading) => (
        <div key={reading.key} className={classes.stage} data-reading={reading.key} style={{ boxShadow: `inset 0 2px ${imageColor(reading.key)}` }}>
          <Pane
            stack={open.stack}
            store={open.store}
            slice={slice}
            phase={phase}
            tool={tool}
            shapes={hidden ? [] : shapesOf([reading], structure, slice, phase)}
            target={null}
            onSlice={cine.moveSlice}
            onPhase={cine.movePhase}
            resetToken={resetToken}
            mark={mark}
            note={reading.label}
            ready={ready}
          />
        </div>
      ))}
    </div>
  );
}

/** Four at a time, going round. */
function sidesFrom(readings: Reading[], from: number): Reading[] {
  const start = from % Math.max(1, readings.length);
  return [...readings.slice(start), ...readings.slice(0, start)].slice(0, MOST);
}
