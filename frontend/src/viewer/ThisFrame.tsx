import { useMemo } from 'react';

import type { Protocol } from '../api/types';
import { polygonAreaPx } from '../cmr/area';
import { number } from '../components/format';
import classes from './grid.module.css';
import { keyOf } from './session/contents';
import type { OpenStack } from './stack';
import type { Editor } from './useEditor';

/** Untouched contours by where they come from, all others by what a person did. */
function whence({ state, origin }: { state: string; origin: string }): string {
  if (state !== 'auto') return state;
  return origin === 'ai' ? 'AI' : origin;
}

/** What the contours of the frame shown enclose, and where each comes from. */
export function ThisFrame({ editor, open, protocol }: { editor: Editor; open: OpenStack; protocol: Protocol }) {
  const { slice, phase } = editor.cine;
  const { annotations } = editor.held;
  const { places, stack } = open;
  const rows = useMemo(() => {
    const address = places.address(slice, phase);
    const [rowMm, columnMm] = stack.meta.pixel_spacing_mm;
    return protocol.structures.map(({ code, title, color }) => {
      const found = address && annotations.get(keyOf({ structure: code, sop_instance_uid: address.sop_instance_uid, frame_number: address.frame_number }));
      const drawn = found && found.parts.length > 0 ? found : null;
      return { code, title, color, whence: drawn ? whence(drawn) : '', areaCm2: drawn && (polygonAreaPx(drawn.parts) * rowMm * columnMm) / 100 };
    });
  }, [places, stack.meta, protocol, annotations, slice, phase]);
  return (
    <section className={classes.now} aria-label="This frame">
      <h2>This frame</h2>
      <table>
        <tbody>
          {rows.map((row) => (
            <tr key={row.code}>
              <th scope="row">
                <i style={{ background: row.color }} />
                {row.title}
              </th>
              <td>{row.areaCm2 === null || row.areaCm2 === undefined ? '–' : `${number(row.areaCm2, 1)} cm²`}</td>
              <td>{row.whence}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
