import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

import { PAUSE_MS } from './field';

interface Props {
  /** Why it can't be answered; null where it can. */
  reason: string | null;
  excused: boolean;
  title: string;
  disabled: boolean;
  onExcuse: (excused: boolean) => void;
  set: (reason: string | null) => void;
}

/** The way out of a question that the images can't answer: not without a reason. */
export function NotAssessable({ reason, excused, title, disabled, onExcuse, set }: Props) {
  const [text, setText] = useState(reason ?? '');
  useEffect(() => setText(reason ?? ''), [reason]);
  const save = () => {
    const said = text.trim();
    if (said !== '' && said !== reason) set(said);
  };
  useEffect(() => {
    const timer = setTimeout(save, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  if (!excused) {
    return (
      <Button mt={4} size="compact-xs" variant="subtle" color="gray" disabled={disabled} onClick={() => onExcuse(true)} aria-label={`${title}: not assessable`}>
        Not assessable
      </Button>
    );
  }
  const back = () => {
    onExcuse(false);
    if (reason !== null) set(null);
  };
  return (
    <>
      <TextInput
        size="xs"
        label="Not assessable because"
        autoFocus={reason === null}
        required
        maxLength={2000}
        value={text}
        disabled={disabled}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        onBlur={save}
      />
      <Button mt={4} size="compact-xs" variant="subtle" color="gray" disabled={disabled} onClick={back}>
        Answer it after all
      </Button>
    </>
  );
}
