import { Alert, Button, Group, Modal, MultiSelect, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';

import type { DraftCheck, Fate, MappedPart, Mapping, ProtocolDocument, Way } from '../../api/types';
import { WAYS } from './words';

interface Props {
  check: DraftCheck;
  before: ProtocolDocument;
  after: ProtocolDocument;
  /** What was said before of a version that no read uses yet. */
  held: Mapping | null;
  busy: boolean;
  problem: string | null;
  onClose: () => void;
  onSave: (mapping: Mapping) => void;
}

const PARTS: [MappedPart, string][] = [
  ['structures', 'Structure'],
  ['questions', 'Question'],
];

/** An amendment: what became of what the version before had. Only what changed is asked. */
export function FatesDialog({ check, before, after, held, busy, problem, onClose, onSave }: Props) {
  const [mapping, setMapping] = useState<Mapping>(() => ({ structures: begun('structures', check, after, held), questions: begun('questions', check, after, held) }));
  const put = (part: MappedPart, code: string, fate: Fate) => setMapping({ ...mapping, [part]: { ...mapping[part], [code]: fate } });
  return (
    <Modal opened onClose={onClose} size="lg" title={`Version ${check.version}: what became of what was there`}>
      <Stack gap="md">
        <Text size="sm">Statistics pool reads of several versions only over what is the same. Reads that are open finish under theirs.</Text>
        {PARTS.flatMap(([part, word]) =>
          (check.ask?.[part] ?? []).map((code) => (
            <FateRow
              key={`${part} ${code}`}
              title={`${word} “${titleIn(before, part, code)}”`}
              code={code}
              fate={mapping[part][code] ?? { as: 'dropped', to: [] }}
              options={after[part].map((row) => ({ value: row.code, label: row.title || row.code }))}
              fresh={after[part].map((row) => row.code).find((one) => !before[part].some((row) => row.code === one)) ?? null}
              maySame={mayBeSame(before, after, part, code)}
              onChange={(fate) => put(part, code, fate)}
            />
          )),
        )}
        {problem && <Alert color="red">{problem}</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button loading={busy} onClick={() => onSave(mapping)}>
            Make version {check.version}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface RowProps {
  title: string;
  code: string;
  fate: Fate;
  options: { value: string; label: string }[];
  /** A code that the version before didn't have: what it most likely goes on as. */
  fresh: string | null;
  maySame: boolean;
  onChange: (fate: Fate) => void;
}

function FateRow({ title, code, fate, options, fresh, maySame, onChange }: RowProps) {
  const others = options.filter((option) => option.value !== code);
  const ways = (Object.entries(WAYS) as [Way, string][]).filter(([way]) => way !== 'same' || maySame);
  const begin: Record<Way, string[]> = { same: [code], renamed: [fresh ?? others[0]?.value].filter((one) => one !== undefined), split: [], dropped: [] };
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap" data-testid={`fate-${code}`}>
      <Select
        label={title}
        w={260}
        allowDeselect={false}
        data={ways.map(([value, label]) => ({ value, label }))}
        value={fate.as}
        onChange={(way) => way && onChange({ as: way as Way, to: begin[way as Way] })}
      />
      {fate.as === 'renamed' && (
        <Select aria-label={`${title} goes on as`} w={260} allowDeselect={false} data={others} value={fate.to[0] ?? null} onChange={(to) => to && onChange({ as: 'renamed', to: [to] })} />
      )}
      {fate.as === 'split' && <MultiSelect aria-label={`${title} is split into`} w={260} data={options} value={fate.to} onChange={(to) => onChange({ as: 'split', to })} />}
    </Group>
  );
}

/** As proposed, and for what is asked as it was said before, where that still can be. */
function begun(part: MappedPart, check: DraftCheck, after: ProtocolDocument, held: Mapping | null): Record<string, Fate> {
  const known = new Set(after[part].map((row) => row.code));
  const said = (check.ask?.[part] ?? []).flatMap((code) => {
    const fate = held?.[part][code];
    return fate && fate.to.every((to) => known.has(to)) && (fate.as !== 'same' || known.has(code)) ? [[code, fate] as const] : [];
  });
  return { ...check.mapping?.[part], ...Object.fromEntries(said) };
}

const titleIn = (document: ProtocolDocument, part: MappedPart, code: string): string =>
  (document[part] as { code: string; title: string }[]).find((row) => row.code === code)?.title ?? code;

/** The same keeps its code and, of a question, its kind. */
function mayBeSame(before: ProtocolDocument, after: ProtocolDocument, part: MappedPart, code: string): boolean {
  if (part === 'structures') return after.structures.some((row) => row.code === code);
  const [old, now] = [before, after].map((document) => document.questions.find((row) => row.code === code));
  return old !== undefined && now !== undefined && old.kind === now.kind;
}
