import { type FormEvent, useState } from 'react';

import { fieldErrors, messageOf } from '../api/client';

/** Values, field errors and the send button of a small form. */
export function useForm<T extends Record<string, unknown>>(start: T, send: (values: T) => Promise<void>) {
  const [values, setValues] = useState(start);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const set = <K extends keyof T>(name: K, value: T[K]) => setValues((before) => ({ ...before, [name]: value }));
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    setBusy(true);
    setErrors({});
    setProblem(null);
    try {
      await send(values);
    } catch (error) {
      const byField = fieldErrors(error);
      setErrors(byField);
      const known = Object.keys(byField).some((name) => name in values);
      setProblem(known ? null : messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  /** Nothing of what was typed goes on to the next one. */
  const reset = () => {
    setValues(start);
    setErrors({});
    setProblem(null);
  };
  /** Props of a text field. */
  const text = (name: keyof T & string) => ({
    value: String(values[name] ?? ''),
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value as T[typeof name]),
    error: errors[name] ?? null,
  });
  return { values, set, errors, problem, busy, submit, reset, text };
}
