import type { MeetingChoice } from '../api/settling';
import { words } from './format';
import { colorName } from './readings';

/** A vote or decision in a few words. */
export function choiceText({ reading, answers }: MeetingChoice): string {
  const said = Object.entries(answers).map(([code, value]) => `${words(code)}: ${String(value)}`);
  return [reading ? colorName(reading) : '', ...said].filter(Boolean).join(', ');
}
