/** Frames as windowed bitmaps, so that a mosaic paints without windowing each frame anew. */
import type { ColorTable } from '../display/colors';
import { paintPixels, type Window } from '../painting';
import type { Frame, FrameStore } from '../pixels';

const MOST_BYTES = 128 * 2 ** 20;

export class Pictures {
  private readonly held = new Map<string, ImageBitmap>();
  private bytes = 0;
  private readonly canvas = new OffscreenCanvas(1, 1);

  constructor(
    private readonly store: FrameStore,
    private readonly window: Window,
    private readonly table: ColorTable,
  ) {}

  /** null until the frame is here. */
  get(slice: number, phase: number): ImageBitmap | null {
    const key = `${slice}/${phase}`;
    const held = this.held.get(key);
    if (held) return held;
    const frame = this.store.peek(slice, phase);
    return frame ? this.make(key, frame) : null;
  }

  private make(key: string, frame: Frame): ImageBitmap {
    paintPixels(this.canvas, frame, this.window, this.table);
    const made = this.canvas.transferToImageBitmap();
    this.held.set(key, made);
    this.bytes += 4 * made.width * made.height;
    while (this.bytes > MOST_BYTES) this.drop(this.held.keys().next().value!);
    return made;
  }

  private drop(key: string): void {
    const bitmap = this.held.get(key)!;
    this.held.delete(key);
    this.bytes -= 4 * bitmap.width * bitmap.height;
    bitmap.close();
  }

  close(): void {
    for (const key of [...this.held.keys()]) this.drop(key);
  }
}
