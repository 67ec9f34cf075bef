import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { BUILT_IN } from './builtin';
import { type Layout, layoutsOf } from './layout';
import { type Candidate, layoutsFor } from './matching';

const stack = (id: string, sequence_kind: string, view = 'SAX', more: Partial<Candidate> = {}): Candidate => ({
  id,
  sequence_kind,
  view,
  component: 'magnitude',
  condition: 'unknown',
  n_slices: 1,
  is_read: false,
  ...more,
});

const READ = stack('read', 'cine', 'SAX', { is_read: true, n_slices: 10 });
const ids = (stacks: Candidate[], own: Layout[] = []) => layoutsFor(stacks, own).map((o) => o.id);
const panes = (id: string, stacks: Candidate[]) => layoutsFor(stacks, []).find((o) => o.id === id)!.panes.map((p) => p.stackId);

const OWN: Layout = {
  id: 'core-lab',
  title: 'Core lab',
  kinds: ['cine'],
  rows: 1,
  columns: 2,
  panes: [
    { stack: 'read', phase: 'ed', slice: 'linked' },
    { stack: { kind: 'cine', view: '4CH' }, phase: 'ed', slice: 0 },
  ],
};

describe('layouts of a case', () => {
  it('offers a lone short axis what it can fill alone', () => {
    expect(ids([READ])).toEqual(['single', 'mosaic', 'ed-es']);
  });

  it('takes the long axes that are there and leaves no gap', () => {
    const offer = layoutsFor([READ, stack('four', 'cine', '4CH')], []).find((o) => o.id === 'sax-lax')!;
    expect(offer.panes.map((p) => p.stackId)).toEqual(['read', 'four']);
    expect([offer.rows, offer.columns]).toEqual([1, 2]);
    expect(panes('sax-lax', [stack('four', 'cine', '4CH'), stack('two', 'cine', '2CH'), READ])).toEqual(['read', 'two', 'four']);
  });

  it('tells stress from rest, and magnitude from phase', () => {
    const perfusion = [stack('r', 'perfusion', 'SAX', { condition: 'rest' }), stack('s', 'perfusion', 'SAX', { condition: 'stress' })];
    expect(panes('perfusion', [READ, ...perfusion])).toEqual(['s', 'r']);
    const flow = [stack('v', 'flow', 'aorta', { component: 'velocity' }), stack('m', 'flow', 'aorta')];
    expect(panes('flow', [READ, ...flow])).toEqual(['m', 'v']);
    expect(ids([READ, flow[0]!])).not.toContain('flow');
  });

  it('prefers the better word, then the stack with more slices', () => {
    const few = stack('few', 'lge', 'SAX', { n_slices: 3 });
    const many = stack('many', 'lge', 'SAX', { n_slices: 9 });
    expect(panes('lge', [READ, stack('psir', 'lge_psir', 'SAX', { n_slices: 12 }), few, many])).toEqual(['read', 'many']);
  });

  it('cuts one volume in three panes, but not a single slice', () => {
    expect(panes('mpr', [READ, stack('3d', 'whole_heart_3d', 'axial', { n_slices: 90 })])).toEqual(['read', '3d', '3d', '3d']);
    expect(ids([READ, stack('3d', 'whole_heart_3d', 'axial')])).not.toContain('mpr');
  });

  it('puts the protocol’s own first, where the case can fill them', () => {
    expect(ids([READ, stack('four', 'cine', '4CH')], [OWN])[0]).toBe('core-lab');
    expect(ids([READ], [OWN])).not.toContain('core-lab');
    expect(ids([READ], [{ ...OWN, id: 'single', panes: [OWN.panes[0]!] }]).filter((id) => id === 'single')).toHaveLength(1);
  });

  it('leaves out what a protocol got wrong, and keeps the rest', () => {
    const broken = [{ ...OWN, rows: 0 }, { ...OWN, panes: [] }, { ...OWN, panes: [{ stack: 'other', phase: 'cine', slice: 'linked' }] }, { id: 1 }, null];
    expect(layoutsOf([...broken, OWN])).toEqual([OWN]);
    expect(layoutsOf({ single: OWN })).toEqual([]);
    expect(layoutsOf(undefined)).toEqual([]);
  });
});

describe('layouts as JSON', () => {
  const shared = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../tests/contract/fixtures/layouts/layouts.json'), 'utf8')) as Record<'valid' | 'invalid', Layout[]>;

  it('are taken and refused as the server does', () => {
    expect(layoutsOf(shared.valid)).toEqual(shared.valid);
    expect(layoutsOf(shared.invalid)).toEqual([]);
    expect(layoutsOf(BUILT_IN)).toEqual(BUILT_IN);
  });
});
