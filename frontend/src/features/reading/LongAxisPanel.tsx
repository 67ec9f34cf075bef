import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { LongAxisNumbers, LongAxisView, Read } from '../../api/types';
import { number } from '../../components/format';
import panel from '../../viewer/panel.module.css';
import type { Snapshot } from '../../viewer/session/session';

type Row = [name: string, value: number | null, unit: string, id: string];

/** Area-length volumes of the long axis that is shown, and of both views together. */
export function LongAxisPanel({ read, now, stackId }: { read: Read; now: Snapshot; stackId: string }) {
  // the server measures what it holds: asked anew once a change is saved
  const stamp = [...now.held.annotations.values()].reduce((sum, a) => sum + a.version, 0);
  const query = useQuery({
    queryKey: ['long-axis', read.id, stamp],
    queryFn: () => api.get<LongAxisNumbers>(`/reads/${read.id}/long-axis/`),
    enabled: now.saving === 'saved',
    placeholderData: keepPreviousData,
  });
  const view = query.data?.views.find((row) => row.stack_id === stackId);
  const biplane = query.data?.biplane ?? null;
  return (
    <section aria-label="Long-axis volumes" data-testid="long-axis">
      <h2 className={panel.title}>Area-length</h2>
      {view ? <Numbers title={view.view} rows={rowsOf(view)} /> : <p className={panel.small}>Contour the LV and its atrium: where they touch is the valve.</p>}
      {biplane && (
        <Numbers
          title={`Biplane, 2CH and 4CH${biplane.spacing_assumed ? ' · spacing assumed' : ''}`}
          rows={[
            ['EDV', biplane.edv_ml, 'ml', 'biplane-edv'],
            ['ESV', biplane.esv_ml, 'ml', 'biplane-esv'],
            ['EF', biplane.ef_percent, '%', 'biplane-ef'],
            ['LA, largest', biplane.la_max_ml, 'ml', 'biplane-la'],
          ]}
        />
      )}
      {view && (
        <p className={panel.small}>
          ED phase {phase(view.ed_phase)} · ES phase {phase(view.es_phase)} · area-length, mean of both lengths
          {view.spacing_assumed && ' · spacing assumed'}. Beside the short axis: they change none of its numbers.
        </p>
      )}
    </section>
  );
}

const phase = (index: number | null) => (index === null ? '–' : index + 1);

const rowsOf = (view: LongAxisView): Row[] => [
  ['EDV', view.edv_ml, 'ml', 'lax-edv'],
  ['ESV', view.esv_ml, 'ml', 'lax-esv'],
  ['EF', view.ef_percent, '%', 'lax-ef'],
  ['LA, largest', view.la_max_ml, 'ml', 'lax-la-max'],
  ['LA, smallest', view.la_min_ml, 'ml', 'lax-la-min'],
];

function Numbers({ title, rows }: { title: string; rows: Row[] }) {
  return (
    <table className={panel.table}>
      <caption className={panel.small} style={{ textAlign: 'left' }}>
        {title}
      </caption>
      <tbody>
        {rows.map(([name, value, unit, id]) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td data-testid={id}>
              {number(value, 1)} <span>{unit}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
