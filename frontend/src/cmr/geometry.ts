/** Polygons in image pixels: (column, row), (0, 0) the centre of the first pixel. */
export type Point = [number, number];
export type Polygon = Point[];
export type Parts = Polygon[];

export type Edge = [x1: number, y1: number, x2: number, y2: number];

/** Closed edges; parts of fewer than 3 points enclose nothing. */
export function edgesOf(parts: Parts): Edge[] {
  const edges: Edge[] = [];
  for (const part of parts) {
    if (part.length < 3) continue;
    for (let i = 0; i < part.length; i += 1) {
      const [x1, y1] = part[i]!;
      const [x2, y2] = part[(i + 1) % part.length]!;
      edges.push([x1, y1, x2, y2]);
    }
  }
  return edges;
}

export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

export function centroid(polygon: Polygon): Point {
  let x = 0;
  let y = 0;
  for (const p of polygon) {
    x += p[0];
    y += p[1];
  }
  return [x / polygon.length, y / polygon.length];
}
