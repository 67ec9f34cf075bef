import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

import type { LongAxisNumbers, Read } from '../../api/types';
import type { Snapshot } from '../../viewer/session/session';
import { LongAxisPanel } from './LongAxisPanel';

/** The panel on a view that isn't there: the rows of both views alone. */
function shown(assumed: boolean): string {
  const client = new QueryClient();
  const biplane = { edv_ml: 120, esv_ml: 50, ef_percent: 58.3, la_max_ml: 60, spacing_assumed: assumed };
  client.setQueryData<LongAxisNumbers>(['long-axis', 'r', 0], { views: [], biplane });
  const now = { held: { annotations: new Map() }, saving: 'saved' } as unknown as Snapshot;
  const panel = createElement(LongAxisPanel, { read: { id: 'r' } as Read, now, stackId: 'none' });
  return renderToStaticMarkup(createElement(QueryClientProvider, { client }, panel));
}

describe('volumes of both long axes', () => {
  it('say beside themselves that a spacing is assumed', () => {
    expect(shown(true)).toContain('Biplane, 2CH and 4CH · spacing assumed');
    expect(shown(false)).toContain('Biplane, 2CH and 4CH');
    expect(shown(false)).not.toContain('assumed');
  });
});
