/**
 * Saves what was chosen last, one save after another: of choices that come quickly none is overtaken by an earlier one,
 * and those in between are left out. Its promise ends when nothing waits any more.
 */
export function newestOf<T>(save: (value: T) => Promise<void>): (value: T) => Promise<void> {
  const waiting: T[] = [];
  let running: Promise<void> | null = null;
  const run = async () => {
    try {
      while (waiting.length > 0) await save(waiting.splice(0).at(-1)!);
    } finally {
      running = null;
    }
  };
  return (value) => {
    waiting.push(value);
    running ??= run();
    return running;
  };
}
