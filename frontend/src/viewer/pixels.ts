/**
 * Pixels over DICOMweb: the whole stack in one answer; a frame by itself where that isn't offered
 * or hasn't come that far. For those Cornerstone fetches, decodes in workers and caches; this file
 * is the only one that knows it. What comes out is one frame's modality values.
 */
import type { FrameAddress, Stack } from '../api/types';
import type { StreamFrame } from './stream/stackStream';
import { readStream } from './stream/streams';

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

// how long a frame in view is waited for in the stream before it is asked for by itself
const PATIENCE_MS = 1500;

export const streamAddress = (dicomwebRoot: string, stackId: string): string => `${dicomwebRoot}/stacks/${stackId}`;

interface Waiting {
  promise: Promise<Frame | null>;
  settle: (frame: Frame | null) => void;
}

/** Frames of one stack version, each fetched once and kept while the stack is open. */
export class FrameStore {
  private stream: Promise<void> | null = null;
  private streamOver = false;
  private readonly waiting = new Map<string, Waiting>();
  private readonly frames = new Map<string, Promise<Frame>>();
  private metadata: Promise<void> | null = null;
  private readonly ready = new Map<string, Frame>();

  /** Called when the stream has brought a frame. */
  onArrival: (() => void) | null = null;

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
      pending = this.fromStream(key).then((frame) => frame ?? this.ready.get(key) ?? this.fetch(address));
      this.frames.set(key, pending);
      pending.then((frame) => this.ready.set(key, frame)).catch(() => this.frames.delete(key));
    }
    return pending;
  }

  /** The frame from the stream; null where the stream hasn't brought it in time, or never will. */
  private fromStream(key: string): Promise<Frame | null> {
    this.stream ??= this.readAll();
    if (this.streamOver) return Promise.resolve(this.ready.get(key) ?? null);
    let waiting = this.waiting.get(key);
    if (waiting === undefined) {
      let settle: Waiting['settle'] = () => undefined;
      const promise = new Promise<Frame | null>((resolve) => {
        settle = resolve;
      });
      waiting = { promise, settle };
      this.waiting.set(key, waiting);
      setTimeout(() => this.settle(key, null), PATIENCE_MS);
    }
    return waiting.promise;
  }

  private settle(key: string, frame: Frame | null): void {
    this.waiting.get(key)?.settle(frame);
    this.waiting.delete(key);
  }

  private async readAll(): Promise<void> {
    await readStream(streamAddress(this.stack.dicomweb_root, this.stack.id), (frame) => this.arrived(frame));
    this.streamOver = true;
    // for measurements: the worker's requests don't show in the page's own timing
    performance.mark('stack-ready');
    for (const key of [...this.waiting.keys()]) this.settle(key, null);
  }

  private arrived({ slice, phase, ...frame }: StreamFrame): void {
    const key = `${slice}/${phase}`;
    this.ready.set(key, frame);
    this.settle(key, frame);
    this.onArrival?.();
  }

  /** Everything: by the stream, and what that leaves out frame by frame, from this slice on. */
  async prefetch(slice: number, onFrame: () => void, stopped: () => boolean): Promise<void> {
    this.onArrival = onFrame;
    this.stream ??= this.readAll();
    await this.stream;
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
