/** Registration off the main thread: one request after the other, each step told as it is made. */
import { type Beat, type Drawn, fillCycle, follow, type Source, type Step } from '../../cmr/registration/chain';

export interface Request {
  id: number;
  beat: Beat;
  sources: Source[];
  /** Follow the first source along these phases; without it, fill the whole cycle between the sources. */
  path?: number[];
}

export interface Reply {
  id: number;
  step: { phase: number; drawn: Drawn | null } | null;
}

const tell = (reply: Reply) => self.postMessage(reply);

self.onmessage = ({ data }: MessageEvent<Request>) => {
  const steps: Iterable<Step> = data.path ? follow(data.beat, data.sources[0]!, data.path) : fillCycle(data.beat, data.sources);
  for (const step of steps) tell({ id: data.id, step });
  tell({ id: data.id, step: null });
};
