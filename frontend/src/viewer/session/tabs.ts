/** Windows of one browser that have the same read open: they tell one another, and one sends. */
import type { Taken } from './contents';
import type { Writing } from './journal';

export interface News {
  /** What the window that tells has just written to the journal that they share. */
  writing?: Writing;
  /** What the server answered to it. */
  taken?: Taken[];
  /** The contents as a whole changed: load them. */
  reload?: true;
}

export interface Tabs {
  tell(news: News): void;
  /** Run alone among the windows of this read. */
  alone(work: () => Promise<void>): Promise<void>;
  close(): void;
}

/** For a session that isn't open, and for one window alone. */
export const ALONE: Tabs = { tell: () => undefined, alone: (work) => work(), close: () => undefined };

export function tabsOf(readId: string, userId: string, hear: (news: News) => void): Tabs {
  const name = `accord-read|${userId}|${readId}`;
  let channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  if (channel) channel.onmessage = (event: MessageEvent<News>) => hear(event.data);
  // without locks (plain http) two windows may send the same: the server applies an operation once
  const locks = globalThis.navigator?.locks;
  return {
    tell: (news) => channel?.postMessage(news),
    alone: async (work) => {
      if (locks) await locks.request(name, work);
      else await work();
    },
    close: () => {
      channel?.close();
      channel = null;
    },
  };
}
