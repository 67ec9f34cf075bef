/** How many columns make the tiles of a mosaic largest. `aspect` is width over height of one image. */
export function columnsFor(n: number, width: number, height: number, aspect: number): number {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= n; columns += 1) {
    const rows = Math.ceil(n / columns);
    const tile = Math.min(width / columns, (height / rows) * aspect);
    if (tile > largest) {
      largest = tile;
      best = columns;
    }
  }
  return best;
}
