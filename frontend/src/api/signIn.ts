/** Whether the server still knows who is asking: who finds out tells, who waits is told. */
type Listener = () => void;

const doubters = new Set<Listener>();
const waiting = new Set<Listener>();

function listen(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const signIn = {
  /** The server refused as if somebody else were signed in, or nobody. */
  doubt: () => doubters.forEach((listener) => listener()),
  /** The same person is signed in again. */
  back: () => waiting.forEach((listener) => listener()),
  onDoubt: (listener: Listener) => listen(doubters, listener),
  onBack: (listener: Listener) => listen(waiting, listener),
};
