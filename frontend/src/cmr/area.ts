import { edgesOf, type Edge, type Parts } from './geometry';

/**
 * Exact area in pixels under the even-odd rule: the twin of cmrkit.geometry.polygon_area_px.
 * Bands between vertices and crossings hold trapezoids: width at mid-height times height.
 */
export function polygonAreaPx(parts: Parts): number {
  const edges = edgesOf(parts);
  const levels = new Set<number>();
  for (const [, y1, , y2] of edges) {
    levels.add(y1);
    levels.add(y2);
  }
  for (const row of crossingRows(edges)) levels.add(row);
  const sorted = [...levels].sort((a, b) => a - b);
  let area = 0;
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const middle = (sorted[i]! + sorted[i + 1]!) / 2;
    area += widthAt(edges, middle) * (sorted[i + 1]! - sorted[i]!);
  }
  return area;
}

function widthAt(edges: Edge[], y: number): number {
  const crossings: number[] = [];
  for (const [x1, y1, x2, y2] of edges) {
    if (Math.min(y1, y2) <= y && y < Math.max(y1, y2)) {
      crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
  }
  crossings.sort((a, b) => a - b);
  let width = 0;
  for (let i = 0; i + 1 < crossings.length; i += 2) width += crossings[i + 1]! - crossings[i]!;
  return width;
}

function crossingRows(edges: Edge[]): number[] {
  const rows: number[] = [];
  for (let i = 0; i < edges.length; i += 1) {
    const [ax, ay, bx, by] = edges[i]!;
    for (let j = i + 1; j < edges.length; j += 1) {
      const [cx, cy, dx, dy] = edges[j]!;
      const cross = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
      if (cross === 0) continue;
      const t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / cross;
      const u = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / cross;
      if (t > 0 && t < 1 && u > 0 && u < 1) rows.push(ay + t * (by - ay));
    }
  }
  return rows;
}
