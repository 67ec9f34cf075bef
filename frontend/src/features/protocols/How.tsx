import { Group, NumberInput, Radio, SegmentedControl, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';

import { problemAt, problemsUnder } from './draft';
import { Section, type SectionProps } from './Section';
import { AI, BANDS, PROPOSALS } from './words';

const whole = (value: string | number): number => (value === '' ? 0 : Number(value));
const percent = (share: number) => Math.round(share * 1000) / 10;

/** How many read, and who knows what. */
export function Reads({ draft, set, problems }: SectionProps) {
  return (
    <Section id="reads" title="Reads and blinding" about="Readers are always blind to one another." wrong={problemsUnder(problems, 'reads_per_case') + problemsUnder(problems, 'double_blind')}>
      <Stack gap="sm">
        <NumberInput
          label="Reads per case"
          w={150}
          min={1}
          max={8}
          allowDecimal={false}
          value={draft.reads_per_case}
          error={problemAt(problems, 'reads_per_case')}
          onChange={(value) => set({ reads_per_case: whole(value) })}
        />
        <Switch
          label="Double blind"
          description="Adjudicators see neither who read nor which reading is the AI’s."
          checked={draft.double_blind}
          onChange={(event) => set({ double_blind: event.currentTarget.checked })}
        />
      </Stack>
    </Section>
  );
}

export function Ai({ draft, set, problems }: SectionProps) {
  return (
    <Section id="ai" title="AI" about="When readers see what the AI drew. Where it is hidden, its tools and flags are off too." wrong={problemsUnder(problems, 'ai')}>
      <Radio.Group value={draft.ai} onChange={(ai) => set({ ai: ai as typeof draft.ai })} aria-label="AI is shown">
        <Stack gap={6}>
          {Object.entries(AI).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      {draft.ai === 'after_first' && (
        <Text size="xs" c="dimmed" mt={6}>
          The reader finishes a read without AI, then sees the AI and may change it. What was changed, why and how long it took is kept.
        </Text>
      )}
    </Section>
  );
}

export function Order({ draft, set, problems }: SectionProps) {
  const wrong = ['order', 'duplicates_share', 'washout_days', 'time_limit_days'].reduce((n, path) => n + problemsUnder(problems, path), 0);
  return (
    <Section id="order" title="Order, duplicates, washout, time" wrong={wrong}>
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <div>
            <Text size="sm" fw={500} mb={4}>
              Order of cases
            </Text>
            <SegmentedControl
              aria-label="Order of cases"
              data={[
                { value: 'listed', label: 'As listed' },
                { value: 'random', label: 'Random, another for each reader' },
              ]}
              value={draft.order.kind}
              onChange={(kind) => set({ order: { ...draft.order, kind } })}
            />
          </div>
          <Select
            label="Stratified by"
            w={150}
            data={[
              { value: '', label: 'nothing' },
              { value: 'site', label: 'site' },
              { value: 'disease', label: 'disease' },
            ]}
            allowDeselect={false}
            value={draft.order.stratify_by ?? ''}
            onChange={(by) => set({ order: { ...draft.order, stratify_by: by || null } })}
          />
        </Group>
        <Group gap="sm" align="flex-start">
          <NumberInput
            label="Hidden duplicates"
            description="Cases that a reader reads twice"
            suffix=" %"
            w={190}
            min={0}
            max={50}
            decimalScale={1}
            value={percent(draft.duplicates_share)}
            error={problemAt(problems, 'duplicates_share')}
            onChange={(value) => set({ duplicates_share: whole(value) / 100 })}
          />
          <NumberInput
            label="Washout"
            description="Between the two reads of one case"
            suffix=" days"
            w={210}
            min={0}
            allowDecimal={false}
            value={draft.washout_days}
            error={problemAt(problems, 'washout_days')}
            onChange={(value) => set({ washout_days: whole(value) })}
          />
          <NumberInput
            label="Time limit"
            description="After assignment; empty: none"
            suffix=" days"
            w={190}
            min={1}
            allowDecimal={false}
            value={draft.time_limit_days ?? ''}
            error={problemAt(problems, 'time_limit_days')}
            onChange={(value) => set({ time_limit_days: value === '' ? null : Number(value) })}
          />
        </Group>
      </Stack>
    </Section>
  );
}

export function Training({ draft, set, problems }: SectionProps) {
  const { training } = draft;
  const patch = (some: Partial<typeof training>) => set({ training: { ...training, ...some } });
  return (
    <Section id="training" title="Training" about="Readers read reference cases first and are admitted once they are close enough." wrong={problemsUnder(problems, 'training')}>
      <Switch mb="sm" label="Readers are trained before their first read" checked={training.required} onChange={(event) => patch({ required: event.currentTarget.checked, cases: training.cases || 3 })} />
      {training.required && (
        <Group gap="sm" align="flex-start">
          <NumberInput label="Cases" w={100} min={1} max={100} allowDecimal={false} value={training.cases} error={problemAt(problems, 'training.cases')} onChange={(value) => patch({ cases: whole(value) })} />
          <NumberInput label="Dice, at least" w={130} min={0} max={1} step={0.01} decimalScale={3} value={training.dice_min} error={problemAt(problems, 'training.dice_min')} onChange={(value) => patch({ dice_min: whole(value) })} />
          <NumberInput label="EF, at most off by" suffix=" points" w={160} min={0} max={100} decimalScale={1} value={training.ef_points_max} error={problemAt(problems, 'training.ef_points_max')} onChange={(value) => patch({ ef_points_max: whole(value) })} />
        </Group>
      )}
    </Section>
  );
}

const OPENS: ['bands' | 'class_discord' | 'missing_structure' | 'low_quality', string][] = [
  ['bands', 'a number differs by more than its band'],
  ['class_discord', 'answers differ'],
  ['missing_structure', 'a structure is missing in one of them'],
  ['low_quality', 'predicted quality is low'],
];

export function Adjudication({ draft, set, problems }: SectionProps) {
  const { adjudication } = draft;
  const patch = (some: Partial<typeof adjudication>) => set({ adjudication: { ...adjudication, ...some } });
  return (
    <Section id="adjudication" title="Adjudication" about="A case whose reads are in goes to adjudication when" wrong={problemsUnder(problems, 'adjudication')}>
      <Stack gap="sm">
        {OPENS.map(([name, label]) => (
          <Switch key={name} label={label} checked={adjudication[name]} onChange={(event) => patch({ [name]: event.currentTarget.checked })} />
        ))}
        <Thresholds value={adjudication.ef_crossing} error={problemAt(problems, 'adjudication.ef_crossing')} onChange={(ef_crossing) => patch({ ef_crossing })} />
        <Group gap="sm" align="flex-end">
          <NumberInput
            label="By chance, for audit"
            suffix=" %"
            w={150}
            min={0}
            max={100}
            decimalScale={1}
            value={percent(adjudication.audit_share)}
            error={problemAt(problems, 'adjudication.audit_share')}
            onChange={(value) => patch({ audit_share: whole(value) / 100 })}
          />
          <Select
            label="What is proposed to the adjudicator"
            w={260}
            allowDeselect={false}
            data={Object.entries(PROPOSALS).map(([value, label]) => ({ value, label }))}
            value={adjudication.propose}
            onChange={(propose) => propose && patch({ propose })}
          />
        </Group>
        <Switch label="The AI’s reading is compared with the readers’" checked={adjudication.compare_model} onChange={(event) => patch({ compare_model: event.currentTarget.checked })} />
      </Stack>
    </Section>
  );
}

export function Bands({ draft, set, problems }: SectionProps) {
  const patch = (name: string, value: number | null) => set({ bands: { ...draft.bands, [name]: value } });
  return (
    <Section id="bands" title="Convention and bands" wrong={problemsUnder(problems, 'bands') + problemsUnder(problems, 'convention')}>
      <Select
        label="Papillary muscles count to"
        w={220}
        mb="sm"
        allowDeselect={false}
        data={[
          { value: 'cavity', label: 'the cavity' },
          { value: 'mass', label: 'the mass' },
        ]}
        value={draft.convention.papillary}
        error={problemAt(problems, 'convention.papillary')}
        onChange={(papillary) => papillary && set({ convention: { papillary } })}
      />
      <Text size="sm" fw={500}>
        Reads agree within
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        The usual bands are 1.96 standard deviations of experts’ own differences (Zange 2019).
      </Text>
      <Group gap="sm" align="flex-start">
        {BANDS.map(([name, label, unit]) => (
          <NumberInput
            key={name}
            label={`${label}, ${unit}`}
            w={110}
            min={0}
            step={0.1}
            decimalScale={2}
            value={draft.bands[name] ?? ''}
            error={problemAt(problems, `bands.${name}`)}
            onChange={(value) => patch(name, value === '' ? null : Number(value))}
          />
        ))}
        <NumberInput
          label="Dice, at least"
          w={120}
          min={0}
          max={1}
          step={0.01}
          decimalScale={3}
          placeholder="none"
          value={draft.bands.dice_min ?? ''}
          error={problemAt(problems, 'bands.dice_min')}
          onChange={(value) => patch('dice_min', value === '' ? null : Number(value))}
        />
      </Group>
    </Section>
  );
}

interface ThresholdsProps {
  value: number[];
  error: string | null;
  onChange: (value: number[]) => void;
}

/** Numbers with commas between them; what is being typed stays as it is typed. */
function Thresholds({ value, error, onChange }: ThresholdsProps) {
  const [text, setText] = useState<string | null>(null);
  const take = (typed: string) => {
    setText(typed);
    const numbers = typed.split(/[,;\s]+/).filter(Boolean).map(Number);
    onChange([...new Set(numbers.filter((n) => n >= 0 && n <= 100))].sort((a, b) => a - b));
  };
  return (
    <TextInput
      label="EF lies on both sides of, %"
      description="Thresholds that a decision hangs on, such as 35, 50"
      maw={360}
      value={text ?? value.join(', ')}
      error={error}
      onChange={(event) => take(event.currentTarget.value)}
      onBlur={() => setText(null)}
    />
  );
}
