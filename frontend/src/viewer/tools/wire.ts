import { IconMagnet } from '@tabler/icons-react';

import type { Point } from '../../cmr/geometry';
import { type Edges, edgesOfImage, type Ways, waysFrom, wayTo } from '../../cmr/livewire';
import { simplified } from '../../cmr/outline';
import type { Frame } from '../pixels';
import { contourKeys } from './contourKeys';
import type { ToolDefinition } from './gesture';
import { beginSeeds, type Curve } from './seeds';

const known = new WeakMap<Frame, Edges>();

function edgesOf(frame: Frame): Edges {
  let edges = known.get(frame);
  if (!edges) known.set(frame, (edges = edgesOfImage(frame.values, frame.rows, frame.columns)));
  return edges;
}

/** From seed to seed along the edges of the image. */
function wireCurve(edges: Edges): Curve {
  const seeds: { at: Point; ways: Ways; way: Point[] }[] = []; // `way` leads from the seed before
  const on = (to: Point): Point[] => {
    const last = seeds.at(-1);
    return last ? wayTo(edges, last.ways, last.at, to) : [];
  };
  const upTo = (): Point[] => seeds.flatMap(({ at, way }, i) => (i === 0 ? [at] : way.slice(1)));
  return {
    add: (at) => seeds.push({ at, ways: waysFrom(edges, at), way: on(at) }),
    remove: () => seeds.pop(),
    open: (to) => [...upTo(), ...on(to).slice(1)],
    closed: (to) => {
      if (to) return [...upTo(), ...on(to).slice(1)];
      return simplified([...upTo(), ...on(seeds[0]!.at).slice(1, -1)]);
    },
  };
}

export const wireTool: ToolDefinition = {
  id: 'livewire',
  label: 'Edges',
  hint: 'Click along an edge of the image: the line finds it. Enter or a double click closes',
  shortcut: 'x',
  icon: IconMagnet,
  group: 'contour',
  cursor: 'crosshair',
  edits: true,
  begin: (at, stage) => (stage.frame ? beginSeeds(at, stage, wireCurve(edgesOf(stage.frame))) : null),
  keys: contourKeys,
};
