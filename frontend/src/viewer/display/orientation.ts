/** Which way the patient lies in the image: letters for its four edges. */
import { axesOf, type Orientation } from '../view';

type Vec3 = readonly [number, number, number];

const LETTERS: [string, string][] = [
  ['L', 'R'], // LPS: +x is the patient's left
  ['P', 'A'],
  ['H', 'F'],
];
const NOTEWORTHY = 0.35; // of a unit vector: smaller shares are left out

/** Letters of a direction, the largest share first: on an oblique plane often two or three. */
export function lettersOf(direction: Vec3): string {
  return [0, 1, 2]
    .map((axis) => ({ share: Math.abs(direction[axis]!), letter: LETTERS[axis]![direction[axis]! >= 0 ? 0 : 1]! }))
    .filter(({ share }) => share >= NOTEWORTHY)
    .sort((a, b) => b.share - a.share)
    .map(({ letter }) => letter)
    .join('');
}

/** Letters at the top, right, bottom and left edge of the image as it is shown. */
export function edgesOf(rowDirection: Vec3, columnDirection: Vec3, orientation: Orientation): [top: string, right: string, bottom: string, left: string] {
  const [right, down] = axesOf(orientation);
  // the patient's direction that the canvas's x and y point to
  const towards = (dx: number, dy: number): Vec3 => {
    const u = dx * right[0] + dy * right[1];
    const v = dx * down[0] + dy * down[1];
    return [0, 1, 2].map((i) => u * rowDirection[i]! + v * columnDirection[i]!) as unknown as Vec3;
  };
  return [lettersOf(towards(0, -1)), lettersOf(towards(1, 0)), lettersOf(towards(0, 1)), lettersOf(towards(-1, 0))];
}
