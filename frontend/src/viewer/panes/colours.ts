/** Colour tables for maps: anchors of matplotlib's tables (CC0), interpolated to 256 colours. */
const ANCHORS: Record<string, string[]> = {
  viridis: ['440154', '482878', '3e4989', '31688e', '26828e', '1f9e89', '35b779', '6ece58', 'b5de2b', 'fde725'],
  inferno: ['000004', '1b0c41', '4a0c6b', '781c6d', 'a52c60', 'cf4446', 'ed6925', 'fb9b06', 'f7d13d', 'fcffa4'],
};

const made = new Map<string, Uint32Array>();

/** Packed as canvas pixels are (alpha, blue, green, red); undefined for grey and unknown names. */
export function coloursOf(name: string | undefined): Uint32Array | undefined {
  const anchors = name === undefined ? undefined : ANCHORS[name];
  if (!anchors) return undefined;
  const found = made.get(name!) ?? interpolated(anchors);
  made.set(name!, found);
  return found;
}

function interpolated(anchors: string[]): Uint32Array {
  const rgb = anchors.map((hex) => [0, 2, 4].map((k) => parseInt(hex.slice(k, k + 2), 16)));
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (rgb.length - 1);
    const k = Math.min(Math.floor(at), rgb.length - 2);
    const [r, g, b] = [0, 1, 2].map((c) => Math.round(rgb[k]![c]! + (rgb[k + 1]![c]! - rgb[k]![c]!) * (at - k)));
    return (0xff000000 | (b! << 16) | (g! << 8) | r!) >>> 0;
  });
}

/** For a scale beside the image, from the bottom up. */
export const gradientOf = (name: string): string => `linear-gradient(to top, ${(ANCHORS[name] ?? ['000000', 'ffffff']).map((hex) => `#${hex}`).join(', ')})`;

const UNITS: Record<string, string> = { t1_map: 'ms', t2_map: 'ms', t2star_map: 'ms', ecv_map: '%' };

/** The unit of a map's values; empty where the stack says none. */
export const unitOf = (kind: string): string => UNITS[kind] ?? '';
