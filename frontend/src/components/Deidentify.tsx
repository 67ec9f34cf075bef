import { Checkbox, Radio, Stack, Text } from '@mantine/core';

import type { Deidentification } from '../api/types';

export type DeidentifyChoice = Pick<Deidentification, 'on' | 'options'>;

/** What may stay; one line each. */
const OPTIONS: [string, string, string][] = [
  ['dates', 'Keep dates, shifted', 'All dates of a patient move by the same secret number of days. Intervals and times of day stay.'],
  ['patient', 'Keep sex, age, height and weight', 'Needed for body surface area. Ages over 89 become 90.'],
  ['device', 'Keep the scanner’s identity', 'Station name, serial number, software. Tells which hospital it was to those who know.'],
  ['uids', 'Keep UIDs', 'Only where files must match another archive. UIDs can hold dates and device numbers.'],
];

/** How files are cleaned on the way in; chosen once, before the first study. */
export function Deidentify({ value, set, disabled = false }: { value: DeidentifyChoice; set: (value: DeidentifyChoice) => void; disabled?: boolean }) {
  return (
    <Stack gap="sm">
      <Radio.Group value={value.on ? 'on' : 'off'} onChange={(choice) => set({ ...value, on: choice === 'on' })} aria-label="De-identification">
        <Stack gap="xs">
          <Radio
            value="on"
            disabled={disabled}
            label="De-identify on import"
            description="Names, numbers, institutions, free text and private tags are taken out before a file is stored. Recommended."
          />
          {value.on && (
            <Checkbox.Group value={value.options} onChange={(options) => set({ ...value, options })} aria-label="What may stay" ml={30}>
              <Stack gap={8}>
                {OPTIONS.map(([name, label, description]) => (
                  <Checkbox key={name} value={name} label={label} description={description} disabled={disabled} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
          <Radio
            value="off"
            disabled={disabled}
            label="Store files as they are sent"
            description="For files that were de-identified before, or a clinic that reads its own patients."
          />
        </Stack>
      </Radio.Group>
      <Text size="xs" c="dimmed">
        {disabled ? 'Studies are stored here, so this can’t change any more.' : 'Fixed once the first study is stored.'}
      </Text>
    </Stack>
  );
}

const SHORT: Record<string, string> = { dates: 'dates shifted', patient: 'sex, age, height, weight kept', device: 'scanner kept', uids: 'UIDs kept' };

/** A procedure’s name in words: `basic-2026c-v1+dates` is “PS3.15 basic profile 2026c, dates shifted”. */
export function procedureTitle(procedure: string): string {
  const [profile = '', ...options] = procedure.split('+');
  const edition = /^basic-(\w+)-v\d+$/.exec(profile)?.[1];
  if (edition === undefined) return profile === 'none-v1' ? 'none: stored as sent' : procedure;
  return [`PS3.15 basic profile ${edition}`, ...options.map((name) => SHORT[name] ?? name)].join(', ');
}
