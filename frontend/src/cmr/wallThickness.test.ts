import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Parts } from './geometry';
import type { Outline } from './volumes';
import { wallThickness } from './wallThickness';

const FOLDER = join(import.meta.dirname, '../../../tests/contract/fixtures/wall');
const cases = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));

describe('the wall is the server’s', () => {
  it.each(cases.map((c) => [c.name, c]))('%s', (_, c) => {
    const outlines: Outline[] = c.labels.frames.flatMap((frame: { slice: number; phase: number; structures: Record<string, Parts> }) =>
      Object.entries(frame.structures).map(([structure, parts]) => ({ structure, slice: frame.slice, phase: frame.phase, parts })),
    );
    const found = wallThickness(c.meta, outlines, c.phase, c.options);
    const { segments_mm, mean_mm, max_mm, ...rest } = c.expected;
    expect(found).toMatchObject(rest);
    [...found.segments_mm, found.mean_mm, found.max_mm].forEach((value, i) => {
      const wanted: number | null = [...segments_mm, mean_mm, max_mm][i];
      if (wanted === null) expect(value).toBeNull();
      else expect(value).toBeCloseTo(wanted, 9);
    });
  });
});
