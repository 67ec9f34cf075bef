import { Tooltip } from '@mantine/core';

import { number } from '../../components/format';
import type { Cine } from '../useCine';
import classes from './panes.module.css';

/** How fast the cine runs: 1× is the heart's own rate. */
export function CineRate({ cine }: { cine: Cine }) {
  if (cine.phases < 2) return null;
  return (
    <span className={classes.rate} role="group" aria-label="Cine speed, images per second">
      <Tooltip label="Slower (,)">
        <button type="button" aria-label="Slower" aria-keyshortcuts="," onClick={() => cine.changeRate(-1)}>
          −
        </button>
      </Tooltip>
      <span data-testid="cine-rate">{`${cine.rate}× ${number(cine.framesPerSecond)}/s`}</span>
      <Tooltip label="Faster (.)">
        <button type="button" aria-label="Faster" aria-keyshortcuts="." onClick={() => cine.changeRate(1)}>
          +
        </button>
      </Tooltip>
    </span>
  );
}
