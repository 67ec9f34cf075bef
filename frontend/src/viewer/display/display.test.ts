import { describe, expect, it } from 'vitest';

import { COLOR_TABLES, gradientOf, usualColors } from './colors';
import { edgesOf, lettersOf } from './orientation';
import { presetsOf, unitOf } from './windows';

describe('orientation letters', () => {
  it('names the edges of an axial image', () => {
    // columns towards the patient's left, rows towards the back: seen from the feet
    expect(edgesOf([1, 0, 0], [0, 1, 0], { turn: 0, flip: false })).toEqual(['A', 'L', 'P', 'R']);
  });

  it('follows a turn and a mirror', () => {
    expect(edgesOf([1, 0, 0], [0, 1, 0], { turn: 1, flip: false })).toEqual(['R', 'A', 'L', 'P']);
    expect(edgesOf([1, 0, 0], [0, 1, 0], { turn: 0, flip: true })).toEqual(['A', 'R', 'P', 'L']);
  });

  it('names what an oblique plane leans to, the larger share first', () => {
    expect(lettersOf([0.8, 0.6, 0])).toBe('LP');
    expect(lettersOf([-0.6, 0, -0.8])).toBe('FR');
    expect(lettersOf([0.58, -0.58, 0.57])).toBe('LAH');
    expect(lettersOf([0.05, 0.1, 0.99])).toBe('H');
  });
});

describe('colours', () => {
  it('has 256 opaque entries, from dark to bright', () => {
    for (const { table } of Object.values(COLOR_TABLES)) {
      expect(table).toHaveLength(256);
      for (const entry of table) expect(entry >>> 24).toBe(255);
    }
    const { gray, viridis } = COLOR_TABLES;
    expect([gray.table[0], gray.table[255]]).toEqual([0xff000000, 0xffffffff]);
    // matplotlib's viridis begins with (68, 1, 84) and ends with (253, 231, 37)
    expect([viridis.table[0], viridis.table[255]]).toEqual([0xff540144, 0xff25e7fd]);
  });

  it('reads maps in colour and all else in grey', () => {
    expect(usualColors('t1_map', 'unknown')).toBe('viridis');
    expect(usualColors('flow', 'phase')).toBe('flow');
    expect(usualColors('flow', 'magnitude')).toBe('gray');
    expect(usualColors('cine', 'magnitude')).toBe('gray');
    expect(gradientOf('gray')).toContain('rgb(0, 0, 0), rgb(16, 16, 16)');
  });
});

describe('windows', () => {
  it('begins with the range of a map, in its unit', () => {
    expect(presetsOf('t1_map')[0]).toMatchObject({ window: { centre: 1000, width: 2000 } });
    expect(unitOf('t1_map')).toBe('ms');
    expect(presetsOf('cine')[0]).toMatchObject({ id: 'auto', window: null });
    expect(unitOf('cine')).toBe('');
  });
});
