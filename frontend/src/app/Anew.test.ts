import type { RouteObject } from 'react-router';
import { expect, test, vi } from 'vitest';

import { Anew } from './Anew';

const at = vi.hoisted(() => ({ pathname: '', routes: [] as RouteObject[] }));
vi.mock('react-router', async (original) => ({
  ...(await original<typeof import('react-router')>()),
  useLocation: () => at,
  createBrowserRouter: (routes: RouteObject[]) => {
    at.routes = routes;
  },
}));
// both ask for a document
vi.mock('./Root', () => ({ Root: () => null }));
vi.mock('./Problem', () => ({ Problem: () => null, NotFound: () => null }));

const keyAt = (pathname: string) => {
  at.pathname = pathname;
  return Anew().key;
};

/** Addresses of a case, read or meeting, and whether what is above them is made anew with them. */
function pages(routes: RouteObject[], anew = false): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const { path, element, children = [] } of routes) {
    const under = anew || (typeof element === 'object' && element !== null && 'type' in element && element.type === Anew);
    if (path) found.set(path, under);
    for (const [inner, held] of pages(children, under)) found.set(inner, held);
  }
  return found;
}

test('the next case has a page of its own', () => {
  expect(keyAt('/read/a')).not.toBe(keyAt('/read/b'));
  expect(keyAt('/read/a')).toBe(keyAt('/read/a'));
});

test('whatever opens images of one case is made anew for the next', async () => {
  await import('./routes');
  const found = pages(at.routes);
  const viewer = ['/read/:id', '/adjudicate/:id', '/meetings/:id', '/p/:slug/stacks/:id/view', '/p/:slug/agreement/contours/:caseId'];
  expect(viewer.map((path) => [path, found.get(path)])).toEqual(viewer.map((path) => [path, true]));
});
