import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';

import { number } from '../../components/format';
import { wallThickness, type WallOptions, type WallThickness } from '../../cmr/wallThickness';
import parent from '../panel.module.css';
import type { Workspace } from '../workspace';
import { SCALE, SECTORS, shade } from './bullsEye';
import { insertionOf } from './insertion';
import classes from './smart.module.css';

type Look = 'ED' | 'ES' | 'thickening';
const RANGE: Record<Look, { low: number; high: number; unit: string; digits: number }> = {
  ED: { low: 4, high: 16, unit: 'mm', digits: 1 },
  ES: { low: 4, high: 20, unit: 'mm', digits: 1 },
  thickening: { low: 0, high: 100, unit: '%', digits: 0 },
};
const BY: Record<WallThickness['oriented_by'], string> = {
  insertion: 'oriented by the RV insertion point',
  rv: 'oriented by the direction of the RV',
  none: 'not oriented',
};

/** Wall thickness at ED and ES in the 16 segments; a segment leads to its contours. */
export function WallPanel({ work }: { work: Workspace }) {
  const [look, setLook] = useState<Look>('ED');
  const { open, now, editor } = work;
  const { ed_phase, es_phase } = editor.numbers;
  const { held } = now;
  // what is stored, not the stroke in progress: a drag must not wait for this
  const found = useMemo(() => {
    const outlines = open.places.outlines(held.annotations.values());
    const insertion = insertionOf(held, open);
    const options: WallOptions = {
      insertion: insertion?.at ?? null,
      basal_slice: held.pins.get('basal_slice')?.value ?? null,
      apical_slice: held.pins.get('apical_slice')?.value ?? null,
    };
    const at = (phase: number | null) => (phase === null ? null : wallThickness(open.stack.meta, outlines, phase, options));
    return { ED: at(ed_phase), ES: at(es_phase), proposed: insertion?.proposed ?? false };
  }, [open, held, ed_phase, es_phase]);
  const shown = look === 'ES' ? found.ES : found.ED;
  const values = look === 'thickening' ? thickening(found.ED, found.ES) : (shown?.segments_mm ?? []);
  const measured = values.some((value) => value !== null);
  const go = (segment: number) => {
    const slices = shown?.slices_of[segment - 1] ?? [];
    const slice = slices[Math.floor(slices.length / 2)];
    if (shown && slice !== undefined) editor.cine.go(slice, shown.phase);
  };
  return (
    <section aria-label="Wall thickness" data-testid="wall">
      <h2 className={parent.title}>Wall thickness</h2>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Phase of the wall thickness"
        value={look}
        onChange={(value) => setLook(value as Look)}
        data={['ED', 'ES', { value: 'thickening', label: 'Thickening' }]}
      />
      {measured && <BullsEye look={look} values={values} onGo={go} />}
      <p className={parent.small}>
        {shown === null || !measured
          ? 'Contour the endocardium and epicardium at ED and ES.'
          : `Mean ${number(shown.mean_mm, 1)} mm, largest ${number(shown.max_mm, 1)} mm; radial, ${BY[shown.oriented_by]}${shown.oriented_by === 'insertion' && found.proposed ? ' that the AI proposes' : ''}. The apex (17) isn’t measured.`}
        {editor.numbers.spacing_assumed && ' Spacing assumed.'}
      </p>
      {shown?.notes.map((note) => (
        <p key={note} className={parent.note}>
          {note}
        </p>
      ))}
    </section>
  );
}

interface EyeProps {
  look: Look;
  values: (number | null)[];
  onGo: (segment: number) => void;
}

function BullsEye({ look, values, onGo }: EyeProps) {
  const { low, high, unit, digits } = RANGE[look];
  return (
    <>
      <svg viewBox="-105 -105 210 210" className={classes.eye} role="group" aria-label={`Bull’s-eye, ${look}`}>
        {SECTORS.map((sector) => {
          const value = values[sector.segment - 1] ?? null;
          const { fill, ink } = value === null ? { fill: '#1a222a', ink: '#93a1ae' } : shade(value, low, high);
          const text = `Segment ${sector.segment}, ${sector.name}: ${number(value, digits)} ${unit}`;
          return (
            <g
              key={sector.segment}
              role="button"
              tabIndex={0}
              aria-label={text}
              data-segment={sector.segment}
              onClick={() => onGo(sector.segment)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                // the space bar would play the cine as well
                event.preventDefault();
                event.stopPropagation();
                onGo(sector.segment);
              }}
            >
              <title>{text}</title>
              <path d={sector.path} fill={fill} />
              <text x={sector.at[0]} y={sector.at[1]} fill={ink}>
                {number(value, digits)}
              </text>
            </g>
          );
        })}
        <text fill="#93a1ae">–</text>
      </svg>
      <p className={classes.scale}>
        {low} <i style={{ background: SCALE }} /> {high} {unit}
      </p>
    </>
  );
}

/** How much thicker at ES than at ED, in per cent. */
function thickening(ed: WallThickness | null, es: WallThickness | null): (number | null)[] {
  return SECTORS.map(({ segment }) => {
    const [before, after] = [ed?.segments_mm[segment - 1] ?? null, es?.segments_mm[segment - 1] ?? null];
    return before === null || after === null || before <= 0 ? null : (100 * (after - before)) / before;
  });
}
