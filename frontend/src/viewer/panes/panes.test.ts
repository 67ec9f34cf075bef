import { describe, expect, it } from 'vitest';

import { coloursOf } from './colours';
import { columnsFor } from './tiles';

describe('mosaic', () => {
  it('makes the tiles as large as they can be', () => {
    expect(columnsFor(12, 1200, 700, 1)).toBe(4);
    expect(columnsFor(10, 2000, 300, 1)).toBe(10);
    expect(columnsFor(3, 200, 900, 1)).toBe(1);
    expect(columnsFor(1, 500, 500, 1)).toBe(1);
  });
});

describe('colour tables', () => {
  it('run from the first anchor to the last, packed as canvas pixels are', () => {
    const table = coloursOf('viridis')!;
    expect(table).toHaveLength(256);
    expect(table[0]!.toString(16)).toBe('ff540144');
    expect(table[255]!.toString(16)).toBe('ff25e7fd');
  });

  it('leave grey to the window', () => {
    expect(coloursOf(undefined)).toBeUndefined();
    expect(coloursOf('no such table')).toBeUndefined();
  });
});
