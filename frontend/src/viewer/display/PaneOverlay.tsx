import type { StackMeta } from '../../api/types';
import { number } from '../../components/format';
import type { Window } from '../painting';
import type { View } from '../view';
import { type ColorName, gradientOf } from './colors';
import classes from './display.module.css';
import { edgesOf } from './orientation';
import type { Overlay } from './useDisplay';
import { unitOf } from './windows';

interface Props {
  meta: StackMeta;
  view: View;
  window: Window;
  colors: ColorName;
  overlay: Overlay;
}

/** What is written over an image: where the patient lies, how large things are, which window is on. */
export function PaneOverlay({ meta, view, window, colors, overlay }: Props) {
  const [top, right, bottom, left] = edgesOf(meta.row_direction, meta.column_direction, view);
  const unit = unitOf(meta.sequence_kind);
  const [low, high] = [window.centre - window.width / 2, window.centre + window.width / 2];
  const bar = scaleBar(view, meta.pixel_spacing_mm[1]);
  return (
    <div className={classes.overlay} aria-hidden data-testid="pane-overlay">
      {overlay !== 'none' && (
        <>
          <span className={classes.top}>{top}</span>
          <span className={classes.right}>{right}</span>
          <span className={classes.bottom}>{bottom}</span>
          <span className={classes.left}>{left}</span>
        </>
      )}
      {overlay === 'all' && (
        <>
          <span className={classes.window} data-testid="window">
            W {number(window.width)} L {number(window.centre)}
          </span>
          <span className={classes.scale} style={{ width: bar.px }}>
            {bar.mm} mm
          </span>
        </>
      )}
      {colors !== 'gray' && colors !== 'inverted' && (
        <span className={classes.bar} data-testid="colour-scale" style={{ background: gradientOf(colors) }}>
          <b>{`${number(high)} ${unit}`}</b>
          <b>{`${number((low + high) / 2)} ${unit}`}</b>
          <b>{`${number(low)} ${unit}`}</b>
        </span>
      )}
    </div>
  );
}

/** A round number of millimetres that is about 90 CSS pixels long. */
export function scaleBar(view: View, columnMm: number): { mm: number; px: number } {
  const pxPerMm = view.scale / columnMm;
  const mm = [5, 10, 20, 50, 100, 200].find((length) => length * pxPerMm >= 60) ?? 200;
  return { mm, px: mm * pxPerMm };
}
