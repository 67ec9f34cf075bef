/**
 * Pixels over DICOMweb. Cornerstone fetches, decodes in workers and caches; what comes out is one
 * frame's modality values. This file is the only one that knows it.
 */
import type { FrameAddress, Stack } from '../api/types';

export interface Frame {
  rows: number;
  columns: number;
  values: ArrayLike<number>;
  slope: number;
  intercept: number;
}

type Loaded = Awaited<ReturnType<typeof start>>;
let started: Promise<Loaded> | null = null;

async function start() {
  const [core, loader] = await Promise.all([import('@cornerstonejs/core'), import('@cornerstonejs/dicom-image-loader')]);
  core.init();
  loader.init({ maxWebWorkers: Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1)) });
  return { core, loader };
}

function cornerstone(): Promise<Loaded> {
  // React runs effects twice in development: initialise once
  started ??= start();
  return started;
}

/** Frames of one stack version, each fetched once and kept while the stack is open. */
export class FrameStore {
  private readonly frames = new Map<string, Promise<Frame>>();
  private metadata: Promise<void> | null = null;
  private readonly ready = new Map<string, Frame>();

  constructor(private readonly stack: Stack) {}

  /** The frame if it is here already. */
  peek(slice: number, phase: number): Frame | null {
    return this.ready.get(`${slice}/${phase}`) ?? null;
  }

  /** null in a hole of the stack. */
  async load(slice: number, phase: number): Promise<Frame | null> {
    const address = this.stack.frames[slice]?.[phase];
    if (!address) return null;
    const key = `${slice}/${phase}`;
    let pending = this.frames.get(key);
    if (pending === undefined) {
      pending = this.fetch(address);
      this.frames.set(key, pending);
      pending.then((frame) => this.ready.set(key, frame)).catch(() => this.frames.delete(key));
    }
    return pending;
  }

  /** All phases of a slice, then of its neighbours: what the reader looks at next. */
  async prefetch(slice: number, onFrame: () => void, stopped: () => boolean): Promise<void> {
    const { n_slices, n_phases } = this.stack.meta;
    const order = Array.from({ length: n_slices }, (_, s) => s).sort((a, b) => Math.abs(a - slice) - Math.abs(b - slice));
    for (const s of order) {
      for (let p = 0; p < n_phases; p += 4) {
        if (stopped()) return;
        const wave = [p, p + 1, p + 2, p + 3].filter((q) => q < n_phases);
        await Promise.allSettled(wave.map((q) => this.load(s, q)));
        onFrame();
      }
    }
  }

  countReady(slice: number): number {
    let n = 0;
    for (let p = 0; p < this.stack.meta.n_phases; p += 1) if (this.ready.has(`${slice}/${p}`)) n += 1;
    return n;
  }

  private async fetch(address: FrameAddress): Promise<Frame> {
    const { core } = await cornerstone();
    this.metadata ??= this.fetchMetadata();
    await this.metadata;
    const image = await core.imageLoader.loadImage(this.imageId(address.series_uid, address.sop_instance_uid, address.frame_number));
    return {
      rows: image.rows,
      columns: image.columns,
      values: image.getPixelData(),
      slope: image.slope,
      intercept: image.intercept,
    };
  }

  private imageId(series: string, instance: string, frame: number): string {
    const root = `${location.origin}${this.stack.dicomweb_root}/studies/${this.stack.study_uid}`;
    return `wadors:${root}/series/${series}/instances/${instance}/frames/${frame}`;
  }

  private async fetchMetadata(): Promise<void> {
    const { loader } = await cornerstone();
    const response = await fetch(`${this.stack.dicomweb_root}/studies/${this.stack.study_uid}/metadata`);
    if (!response.ok) throw new Error('The images can’t be opened. Reload the page; if it stays so, tell the coordinator.');
    type Element = { Value?: (string | number)[] };
    for (const instance of (await response.json()) as Record<string, Element>[]) {
      const n = Number(instance['00280008']?.Value?.[0] ?? 1);
      for (let frame = 1; frame <= n; frame += 1) {
        const id = this.imageId(String(instance['0020000E']?.Value?.[0]), String(instance['00080018']?.Value?.[0]), frame);
        loader.wadors.metaDataManager.add(id, instance as never);
      }
    }
  }
}
