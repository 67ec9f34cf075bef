/**
 * Dense motion between two pictures: demons in the symmetric form (forces from both gradients;
 * Thirion 1998, Vercauteren et al. 2009), from coarse to fine, regularised by Gaussian smoothing
 * of each update (fluid) and of the whole field (diffusion).
 */
import { gaussian, halved, type Picture, smooth, valueAt } from './picture';

/** Where pixels go: what is at (x, y) in one picture is at (x + dx, y + dy) in the other. Pixels. */
export interface Motion {
  width: number;
  height: number;
  dx: Float32Array;
  dy: Float32Array;
}

interface Effort {
  /** Iterations from the finest level to the coarsest; as many levels as there are numbers. */
  iterations: number[];
  fluidPx: number;
  diffusionPx: number;
  /** The most that one iteration moves a pixel of its level. */
  stepPx: number;
}

export const EFFORT: Effort = { iterations: [12, 20, 25], fluidPx: 1, diffusionPx: 1.2, stepPx: 1.5 };

/** Smaller pictures are not halved again. */
const SMALLEST_PX = 12;

export const still = (width: number, height: number): Motion => ({
  width,
  height,
  dx: new Float32Array(width * height),
  dy: new Float32Array(width * height),
});

/** The motion from `from` to `to`, two pictures of one size; `start` is a first guess to improve. */
export function motionBetween(from: Picture, to: Picture, start?: Motion, effort: Effort = EFFORT): Motion {
  const levels: { from: Picture; to: Picture }[] = [{ from, to }];
  while (levels.length < effort.iterations.length) {
    const last = levels[levels.length - 1]!;
    if (Math.min(last.from.width, last.from.height) < 2 * SMALLEST_PX) break;
    levels.push({ from: halved(last.from), to: halved(last.to) });
  }
  const coarsest = levels[levels.length - 1]!.from;
  let motion = start ? resized(start, coarsest.width, coarsest.height) : still(coarsest.width, coarsest.height);
  for (let level = levels.length - 1; level >= 0; level -= 1) {
    const pair = levels[level]!;
    motion = resized(motion, pair.from.width, pair.from.height);
    improve(pair.from, pair.to, motion, effort.iterations[level]!, effort);
  }
  return motion;
}

function improve(from: Picture, to: Picture, motion: Motion, iterations: number, effort: Effort): void {
  const { width, height } = from;
  const n = width * height;
  const [fluid, diffusion] = [gaussian(effort.fluidPx), gaussian(effort.diffusionPx)];
  const [moved, ux, uy, spare] = [new Float32Array(n), new Float32Array(n), new Float32Array(n), new Float32Array(n)];
  const damping = 1 / (4 * effort.stepPx * effort.stepPx);
  for (let pass = 0; pass < iterations; pass += 1) {
    for (let y = 0, i = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, i += 1) moved[i] = valueAt(to.data, width, height, x + motion.dx[i]!, y + motion.dy[i]!);
    }
    for (let y = 0, i = 0; y < height; y += 1) {
      const up = y > 0 ? -width : 0;
      const down = y + 1 < height ? width : 0;
      for (let x = 0; x < width; x += 1, i += 1) {
        const left = x > 0 ? -1 : 0;
        const right = x + 1 < width ? 1 : 0;
        const gx = (moved[i + right]! - moved[i + left]! + from.data[i + right]! - from.data[i + left]!) / 4;
        const gy = (moved[i + down]! - moved[i + up]! + from.data[i + down]! - from.data[i + up]!) / 4;
        const difference = from.data[i]! - moved[i]!;
        const below = gx * gx + gy * gy + damping * difference * difference;
        const force = below > 1e-9 ? difference / below : 0;
        ux[i] = force * gx;
        uy[i] = force * gy;
      }
    }
    smooth(ux, width, height, fluid, spare);
    smooth(uy, width, height, fluid, spare);
    for (let i = 0; i < n; i += 1) {
      motion.dx[i]! += ux[i]!;
      motion.dy[i]! += uy[i]!;
    }
    smooth(motion.dx, width, height, diffusion, spare);
    smooth(motion.dy, width, height, diffusion, spare);
  }
}

/** The same motion on a finer or coarser grid: places and lengths both scale. */
export function resized(motion: Motion, width: number, height: number): Motion {
  if (motion.width === width && motion.height === height) return { ...motion, dx: motion.dx.slice(), dy: motion.dy.slice() };
  const out = still(width, height);
  const scale = 2 ** Math.round(Math.log2(width / motion.width));
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      const sx = (x + 0.5) / scale - 0.5;
      const sy = (y + 0.5) / scale - 0.5;
      out.dx[i] = scale * valueAt(motion.dx, motion.width, motion.height, sx, sy);
      out.dy[i] = scale * valueAt(motion.dy, motion.width, motion.height, sx, sy);
    }
  }
  return out;
}

/** First one motion, then the next: from the first picture to the third. */
export function composed(first: Motion, next: Motion): Motion {
  const { width, height } = first;
  const out = still(width, height);
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      const [ax, ay] = [first.dx[i]!, first.dy[i]!];
      out.dx[i] = ax + valueAt(next.dx, width, height, x + ax, y + ay);
      out.dy[i] = ay + valueAt(next.dy, width, height, x + ax, y + ay);
    }
  }
  return out;
}
