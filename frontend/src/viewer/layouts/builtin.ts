/** The layouts that Accord brings. The order is the order of the menu and of the keys Shift+1 to 9. */
import type { Layout, PaneSpec } from './layout';

const READ: PaneSpec = { stack: 'read', phase: 'cine', slice: 'linked' };
const MAPS = ['t1_map', 't2_map', 't2star_map', 'ecv_map'];

const look = (stack: PaneSpec['stack'], more: Partial<PaneSpec> = {}): PaneSpec => ({ stack, phase: 'cine', slice: 'linked', ...more });

const longAxis = (view: string) => look({ kind: 'cine', view }, { required: false });
const reformat = (role: 'axial' | 'coronal' | 'sagittal') => look({ kind: ['whole_heart_3d', 'angiography'] }, { role });

export const SINGLE = 'single';
export const ED_ES = 'ed-es';

export const BUILT_IN: Layout[] = [
  { id: SINGLE, title: 'One image', kinds: [], rows: 1, columns: 1, panes: [READ] },
  { id: 'mosaic', title: 'All slices', kinds: ['cine'], rows: 1, columns: 1, panes: [{ stack: 'read', phase: 'cine', slice: 'all' }] },
  {
    id: ED_ES,
    title: 'ED | ES',
    kinds: ['cine'],
    rows: 1,
    columns: 2,
    panes: [
      { ...READ, phase: 'ed' },
      { ...READ, phase: 'es' },
    ],
  },
  {
    id: 'sax-lax',
    title: 'Short and long axes',
    kinds: ['cine'],
    rows: 2,
    columns: 2,
    panes: [READ, longAxis('2CH'), longAxis('3CH'), longAxis('4CH')],
  },
  {
    id: 'lge',
    title: 'Late enhancement | cine',
    kinds: ['lge', 'lge_psir'],
    rows: 1,
    columns: 2,
    panes: [READ, look({ kind: ['lge', 'lge_psir'], view: ['SAX', 'unknown'] })],
  },
  { id: 'map', title: 'Map | cine', kinds: MAPS, rows: 1, columns: 2, panes: [READ, look({ kind: MAPS })] },
  {
    id: 'perfusion',
    title: 'Perfusion: stress | rest',
    kinds: ['perfusion'],
    rows: 1,
    columns: 2,
    panes: [
      look({ kind: 'perfusion', condition: ['stress', 'unknown'] }, { required: false }),
      look({ kind: 'perfusion', condition: 'rest' }, { required: false }),
    ],
  },
  {
    id: 'flow',
    title: 'Flow: magnitude | phase',
    kinds: ['flow'],
    rows: 1,
    columns: 2,
    panes: [look({ kind: 'flow', component: ['magnitude', 'unknown'] }), look({ kind: 'flow', component: ['velocity', 'phase'] })],
  },
  {
    id: 'mpr',
    title: 'Whole heart in three planes',
    kinds: ['whole_heart_3d', 'angiography'],
    rows: 2,
    columns: 2,
    panes: [READ, reformat('axial'), reformat('coronal'), reformat('sagittal')],
  },
];
