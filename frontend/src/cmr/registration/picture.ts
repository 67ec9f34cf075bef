/** Grey pictures for registration: row-major, values of about 0 to 1, (0, 0) the centre of the first pixel. */

export interface Picture {
  width: number;
  height: number;
  data: Float32Array;
}

/** A window of pixels in a frame; `column` and `row` are those of its first pixel. */
export interface Crop {
  column: number;
  row: number;
  width: number;
  height: number;
}

/** Cut out of a frame's stored values. The crop must lie inside the frame. */
export function cut(values: ArrayLike<number>, columns: number, crop: Crop): Picture {
  const data = new Float32Array(crop.width * crop.height);
  for (let y = 0; y < crop.height; y += 1) {
    const from = (crop.row + y) * columns + crop.column;
    for (let x = 0; x < crop.width; x += 1) data[y * crop.width + x] = values[from + x]!;
  }
  return { width: crop.width, height: crop.height, data };
}

const LOW = 0.02;
const HIGH = 0.98;

/**
 * The same grey for the same tissue in every phase: 2nd to 98th percentile of all pictures together
 * become 0 to 1. What is brighter or darker is cut off, so that fat and flow don't lead the motion.
 */
export function normalised(pictures: Picture[]): Picture[] {
  const sample: number[] = [];
  for (const { data } of pictures) for (let i = 0; i < data.length; i += 17) sample.push(data[i]!);
  sample.sort((a, b) => a - b);
  const low = sample[Math.floor(LOW * (sample.length - 1))] ?? 0;
  const high = sample[Math.ceil(HIGH * (sample.length - 1))] ?? 1;
  const gain = 1 / Math.max(high - low, 1e-6);
  return pictures.map((picture) => ({
    ...picture,
    data: picture.data.map((value) => Math.min(1, Math.max(0, (value - low) * gain))),
  }));
}

/** Half the size: pairs of pixels become one, so pixel x of the result has its centre at 2 x + 0.5. */
export function halved({ width, height, data }: Picture): Picture {
  const w = Math.floor(width / 2);
  const h = Math.floor(height / 2);
  const out = new Float32Array(w * h);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      const i = 2 * y * width + 2 * x;
      out[y * w + x] = (data[i]! + data[i + 1]! + data[i + width]! + data[i + width + 1]!) / 4;
    }
  }
  return { width: w, height: h, data: out };
}

/** Value between pixels, bilinear; outside, that of the nearest edge. */
export function valueAt(data: Float32Array, width: number, height: number, x: number, y: number): number {
  const cx = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const cy = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const x0 = cx >= width - 1 ? width - 2 : cx | 0;
  const y0 = cy >= height - 1 ? height - 2 : cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const i = y0 * width + x0;
  const above = data[i]! + fx * (data[i + 1]! - data[i]!);
  const below = data[i + width]! + fx * (data[i + width + 1]! - data[i + width]!);
  return above + fy * (below - above);
}

/** Gaussian weights out to 2.5 sigma, summing to 1; the middle one is at `radius`. */
export function gaussian(sigmaPx: number): Float32Array {
  const radius = Math.max(1, Math.ceil(2.5 * sigmaPx));
  const weights = new Float32Array(2 * radius + 1);
  let sum = 0;
  for (let k = -radius; k <= radius; k += 1) {
    const weight = Math.exp(-0.5 * (k / sigmaPx) ** 2);
    weights[k + radius] = weight;
    sum += weight;
  }
  return weights.map((weight) => weight / sum);
}

/** Smooth in place, rows then columns; edges are continued outwards. `spare` is as large as `data`. */
export function smooth(data: Float32Array, width: number, height: number, weights: Float32Array, spare: Float32Array): void {
  const radius = (weights.length - 1) / 2;
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      const inside = x >= radius && x + radius < width;
      for (let k = -radius; k <= radius; k += 1) {
        const at = inside ? x + k : Math.min(width - 1, Math.max(0, x + k));
        sum += weights[k + radius]! * data[row + at]!;
      }
      spare[row + x] = sum;
    }
  }
  data.fill(0);
  for (let y = 0; y < height; y += 1) {
    for (let k = -radius; k <= radius; k += 1) {
      const from = Math.min(height - 1, Math.max(0, y + k)) * width;
      const weight = weights[k + radius]!;
      for (let x = 0; x < width; x += 1) data[y * width + x]! += weight * spare[from + x]!;
    }
  }
}
