import { goesElsewhere, pressed } from '../useKeys';
import type { Gesture, Outcome } from './gesture';

/** What a key means to the gesture that goes on, else to the tool; null: nothing, others may hear it. */
export function keyHeard(event: KeyboardEvent, running: Gesture | null, toolKey: (key: string) => boolean): Outcome | 'acted' | null {
  if (goesElsewhere(event)) return null;
  return running?.key?.(event.key) ?? (toolKey(pressed(event)) ? 'acted' : null);
}
