import type { Point } from '../../cmr/geometry';
import type { Layer } from '../painting';
import { paintHandle, paintLine } from '../tools/marks';

export type Ends = [Point, Point];

const COLOR = '#ffd24c';

/** The line on the image; the filled end is where the strip's distance begins. */
export const lineMark = (ends: Ends): Layer => ({
  key: 'time-line',
  paint(context, view) {
    paintLine(context, view, ends);
    ends.forEach((end, i) => paintHandle(context, view, end, COLOR, i === 0));
  },
});
