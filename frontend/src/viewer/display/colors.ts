/**
 * Colour tables of 256 entries, as the canvas holds pixels (ABGR).
 *
 * viridis and inferno: anchors of matplotlib's tables (CC0), straight lines between them; hot is the
 * sum of three ramps. Maps of T1 and T2 are read by number: the bar beside the image has the scale.
 */
export type ColorTable = Uint32Array;
type Rgb = readonly [number, number, number];

const VIRIDIS: Rgb[] = [
  [68, 1, 84], [72, 40, 120], [62, 73, 137], [49, 104, 142], [38, 130, 142],
  [31, 158, 137], [53, 183, 121], [110, 206, 88], [181, 222, 43], [253, 231, 37],
];
const INFERNO: Rgb[] = [
  [0, 0, 4], [27, 12, 65], [74, 12, 107], [120, 28, 109], [165, 44, 96],
  [207, 68, 70], [237, 105, 37], [251, 155, 6], [247, 209, 61], [252, 255, 164],
];
const BLUE_RED: Rgb[] = [[49, 84, 198], [150, 180, 235], [15, 18, 22], [240, 170, 140], [200, 50, 45]];

function between(anchors: Rgb[]): (share: number) => Rgb {
  return (share) => {
    const at = share * (anchors.length - 1);
    const low = Math.min(Math.floor(at), anchors.length - 2);
    const [a, b] = [anchors[low]!, anchors[low + 1]!];
    const t = at - low;
    return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
  };
}

const ramp = (share: number, from: number, to: number) => 255 * Math.min(1, Math.max(0, (share - from) / (to - from)));

function table(color: (share: number) => Rgb): ColorTable {
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const [r, g, b] = color(i / 255).map(Math.round) as [number, number, number];
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

export const COLOR_TABLES = {
  gray: { title: 'Gray', table: table((s) => [255 * s, 255 * s, 255 * s]) },
  inverted: { title: 'Gray, inverted', table: table((s) => [255 * (1 - s), 255 * (1 - s), 255 * (1 - s)]) },
  hot: { title: 'Hot', table: table((s) => [ramp(s, 0, 0.375), ramp(s, 0.375, 0.75), ramp(s, 0.75, 1)]) },
  viridis: { title: 'Viridis', table: table(between(VIRIDIS)) },
  inferno: { title: 'Inferno', table: table(between(INFERNO)) },
  flow: { title: 'Flow, blue to red', table: table(between(BLUE_RED)) },
} as const satisfies Record<string, { title: string; table: ColorTable }>;

export type ColorName = keyof typeof COLOR_TABLES;

export const isColorName = (name: string): name is ColorName => name in COLOR_TABLES;

/** The table a kind of image is usually read with. */
export function usualColors(kind: string, component: string): ColorName {
  if (['t1_map', 't2_map', 't2star_map', 'ecv_map'].includes(kind)) return 'viridis';
  return kind === 'flow' && component === 'phase' ? 'flow' : 'gray';
}

/** As a CSS gradient, from low to high. */
export function gradientOf(name: ColorName): string {
  const { table: colors } = COLOR_TABLES[name];
  const stops = Array.from({ length: 17 }, (_, i) => {
    const c = colors[Math.round((i / 16) * 255)]!;
    return `rgb(${c & 255}, ${(c >> 8) & 255}, ${(c >> 16) & 255})`;
  });
  return `linear-gradient(to top, ${stops.join(', ')})`;
}
