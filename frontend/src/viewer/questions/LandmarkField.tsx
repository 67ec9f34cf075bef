import { Button, Chip, Group, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';

import { objectOf } from '../../components/answers';
import { LANDMARKS } from '../objects/values';
import { type FieldProps, named } from './field';

/** The landmarks that are set in the read, and how another one is set. */
export interface Landmarks {
  list: { id: string; code: string; title: string; proposed: boolean }[];
  place: (code: string) => void;
  /** What a model proposes becomes the reader's own. */
  accept: (id: string) => void;
}

/** Answered by a landmark in the image: one that is there, or the next that is set. */
export function LandmarkField({ question, value, disabled, set, landmarks }: FieldProps & { landmarks?: Landmarks }) {
  const code = question.landmark ?? 'other';
  const there = (landmarks?.list ?? []).filter((landmark) => landmark.code === code);
  const waiting = useRef<Set<string> | null>(null);
  useEffect(() => {
    const fresh = waiting.current && there.find(({ id, proposed }) => !proposed && !waiting.current!.has(id));
    if (!fresh) return;
    waiting.current = null;
    set({ object: fresh.id });
  });
  const choose = (id: string) => {
    // a proposal alone is nobody's answer
    if (there.find((landmark) => landmark.id === id)?.proposed) landmarks?.accept(id);
    set({ object: id });
  };
  const begin = () => {
    waiting.current = new Set(there.map(({ id }) => id));
    landmarks?.place(code);
  };
  const name = LANDMARKS[code] ?? 'Landmark';
  return (
    <Group gap={6}>
      {there.length > 0 && (
        <Chip.Group value={objectOf(value)} onChange={(next) => choose(String(next))}>
          <Group gap={6} role="radiogroup" {...named(question)}>
            {there.map(({ id, title, proposed }) => (
              <Chip key={id} value={id} size="xs" radius="sm" variant="outline" disabled={disabled}>
                {title}
                {proposed && <i>, proposed</i>}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      )}
      {landmarks && !disabled ? (
        <Button size="compact-xs" variant="default" onClick={begin}>
          {there.length > 0 ? 'Set another' : `Set “${name}” in the image`}
        </Button>
      ) : (
        there.length === 0 && (
          <Text size="xs" c="dimmed">
            {objectOf(value) ? `${name}: set in the image` : `${name}: not set`}
          </Text>
        )
      )}
    </Group>
  );
}
