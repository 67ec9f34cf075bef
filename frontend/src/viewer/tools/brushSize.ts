/** The brush in hand: kept while the page is open, the same for all painting tools. */
export const brush = {
  radiusPx: 5,
  /** Of the image's spread of intensities. */
  tolerance: 0.12,
};

const RADIUS_PX = { least: 1, most: 40 };
const TOLERANCE = { least: 0.01, most: 0.6 };
const FACTOR = 1.2;

const within = (value: number, { least, most }: { least: number; most: number }) => Math.min(most, Math.max(least, value));

export function resizeBrush(steps: number): void {
  brush.radiusPx = within(brush.radiusPx * FACTOR ** steps, RADIUS_PX);
}

export function changeTolerance(steps: number): void {
  brush.tolerance = within(brush.tolerance * FACTOR ** steps, TOLERANCE);
}
