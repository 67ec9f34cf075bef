/** The AHA bull's-eye as shapes: base outside, apex inside, anterior up, septum to the left. Pure. */

export interface Sector {
  segment: number;
  name: string;
  path: string;
  /** Where its number stands. */
  at: [x: number, y: number];
}

const RADII = [100, 72, 44, 16];
const NAMES = ['anterior', 'anteroseptal', 'inferoseptal', 'inferior', 'inferolateral', 'anterolateral'];
const APICAL = ['anterior', 'septal', 'inferior', 'lateral'];
const LEVELS = ['basal', 'mid', 'apical'];

/** Segments 1 to 16 in a square of 210 around (0, 0); 17, the apex, is the hole in the middle. */
export const SECTORS: Sector[] = [
  ...[0, 1].flatMap((level) => NAMES.map((name, i) => sector(6 * level + i + 1, `${LEVELS[level]} ${name}`, level, 60 + 60 * i, 60))),
  ...APICAL.map((name, i) => sector(13 + i, `${LEVELS[2]} ${name}`, 2, 45 + 90 * i, 90)),
];

/** `from` in degrees, 0 to the right, growing to the top and on to the left. */
function sector(segment: number, name: string, level: number, from: number, span: number): Sector {
  const [outer, inner] = [RADII[level]!, RADII[level + 1]!];
  const at = (radius: number, degrees: number): [number, number] => [
    radius * Math.cos((degrees * Math.PI) / 180),
    -radius * Math.sin((degrees * Math.PI) / 180),
  ];
  const point = (radius: number, degrees: number) => at(radius, degrees).map((v) => v.toFixed(2)).join(' ');
  const to = from + span;
  const path = `M${point(outer, from)} A${outer} ${outer} 0 0 0 ${point(outer, to)} L${point(inner, to)} A${inner} ${inner} 0 0 1 ${point(inner, from)} Z`;
  return { segment, name, path, at: at((outer + inner) / 2, from + span / 2) };
}

/** Stops of the CC0 table viridis, dark to bright: told apart by lightness alone too. */
const STOPS: [number, number, number][] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** Colour of a value within a range, and whether dark text is read on it. */
export function shade(value: number, low: number, high: number): { fill: string; ink: string } {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low))) * (STOPS.length - 1);
  const i = Math.min(STOPS.length - 2, Math.floor(t));
  const [a, b] = [STOPS[i]!, STOPS[i + 1]!];
  const rgb = a.map((v, k) => Math.round(v + (t - i) * (b[k]! - v)));
  const bright = 0.299 * rgb[0]! + 0.587 * rgb[1]! + 0.114 * rgb[2]!;
  return { fill: `rgb(${rgb.join(' ')})`, ink: bright > 118 ? '#080c10' : '#fff' };
}

export const SCALE = `linear-gradient(to right, ${STOPS.map((c) => `rgb(${c.join(' ')})`).join(', ')})`;
