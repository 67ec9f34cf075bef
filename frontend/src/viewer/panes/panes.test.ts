import { describe, expect, it } from 'vitest';

import { columnsFor } from './tiles';

describe('mosaic', () => {
  it('makes the tiles as large as they can be', () => {
    expect(columnsFor(12, 1200, 700, 1)).toBe(4);
    expect(columnsFor(10, 2000, 300, 1)).toBe(10);
    expect(columnsFor(3, 200, 900, 1)).toBe(1);
    expect(columnsFor(1, 500, 500, 1)).toBe(1);
  });
});
