/** The main thread's end of the worker. One task at a time; cancelling ends the worker itself. */
import type { Drawn } from '../../cmr/registration/chain';
import type { Reply, Request } from './worker';

export class Cancelled extends Error {}

export class Registrar {
  private worker: Worker | null = null;
  private stop: (() => void) | null = null;
  private last = 0;

  /** Resolves with the contours by phase; rejects with `Cancelled`. `onStep` counts registrations. */
  run(request: Omit<Request, 'id'>, onStep: () => void): Promise<Map<number, Drawn>> {
    const id = (this.last += 1);
    this.worker ??= new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const worker = this.worker;
    return new Promise((resolve, reject) => {
      const found = new Map<number, Drawn>();
      this.stop = () => reject(new Cancelled());
      worker.onmessage = ({ data }: MessageEvent<Reply>) => {
        if (data.id !== id) return;
        if (data.step === null) resolve(found);
        else {
          if (data.step.drawn) found.set(data.step.phase, data.step.drawn);
          onStep();
        }
      };
      worker.onerror = () => reject(new Error('The contours can’t be propagated in this browser.'));
      worker.postMessage({ ...request, id } satisfies Request);
    });
  }

  cancel(): void {
    this.worker?.terminate();
    this.worker = null;
    this.stop?.();
    this.stop = null;
  }
}
