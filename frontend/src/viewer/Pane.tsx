import type { Stack } from '../api/types';
import { number } from '../components/format';
import classes from './room.module.css';
import { Viewport } from './Viewport';

type Props = Omit<Parameters<typeof Viewport>[0], 'label'> & {
  mark: string;
  note?: string;
  ready: number;
  /** Keys act on this one of several panes. */
  current?: boolean;
  /** It was pressed. */
  onPress?: (() => void) | undefined;
};

/** One image with what must be known of it. */
export function Pane({ mark, note, ready, current, onPress, ...props }: Props) {
  const { stack, slice, phase } = props;
  const { n_slices, n_phases, slice_spacing_mm, pixel_spacing_mm } = stack.meta;
  const label = `Slice ${slice + 1} of ${n_slices}, phase ${phase + 1} of ${n_phases}${mark ? `, ${mark}` : ''}`;
  const time = timeMs(stack, slice, phase);
  return (
    <div className={classes.pane} data-current={current || undefined} onPointerDownCapture={(event) => event.button === 0 && onPress?.()}>
      <Viewport {...props} label={label} />
      <div className={classes.caption} data-testid="caption">
        {`slice ${slice + 1}/${n_slices}   phase ${phase + 1}/${n_phases}   `}
        <b>{mark}</b>
        {`\n${number(pixel_spacing_mm[1], 2)} mm   ${number(slice_spacing_mm, 1)} mm between slices${time === null ? '' : `   ${number(time)} ms`}`}
        {ready < n_phases ? `   loading ${ready}/${n_phases}` : ''}
        {note ? `\n${note}` : ''}
      </div>
    </div>
  );
}

export function timeMs(stack: Stack, slice: number, phase: number): number | null {
  return stack.meta.trigger_times_ms?.[slice]?.[phase] ?? null;
}
