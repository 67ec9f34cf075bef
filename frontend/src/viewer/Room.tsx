import { Group, Tooltip, UnstyledButton } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

import { type Display, DisplayContext } from './display/useDisplay';
import classes from './room.module.css';

interface Props {
  title: string;
  /** How images are shown; the room before it has any needs none. */
  display?: Display;
  bar: ReactNode;
  actions: ReactNode;
  tools: ReactNode;
  children: ReactNode;
  below: ReactNode;
  side: ReactNode;
  foot: string;
}

/** The dark room: bar, tools, image, grid, numbers. */
export function Room({ title, display, bar, actions, tools, children, below, side, foot }: Props) {
  useEffect(() => {
    document.title = `${title} · Accord`;
  }, [title]);
  return (
    <div className={classes.room}>
      <header className={classes.bar}>
        <Link to="/" className={classes.brand} aria-label="Accord: my work">
          accord
        </Link>
        <h1 className={classes.heading}>{title}</h1>
        <Group gap={8} wrap="nowrap" className={classes.badges!}>
          {bar}
        </Group>
        <Group gap="sm" wrap="nowrap" ml="auto">
          {actions}
        </Group>
      </header>
      <div className={classes.tools} role="toolbar" aria-label="Tools">
        {tools}
      </div>
      <main className={classes.stage}>
        <div className={classes.images}>
          {display ? <DisplayContext.Provider value={display}>{children}</DisplayContext.Provider> : children}
        </div>
        {below}
      </main>
      <aside className={classes.side} aria-label="Numbers and answers">
        {side}
      </aside>
      <footer className={classes.foot}>
        <span>Research use only: not a medical device</span>
        <span>{foot}</span>
        <Link to="/help" target="_blank">
          ? shortcuts
        </Link>
      </footer>
    </div>
  );
}

export function Pill({ children, tone }: { children: ReactNode; tone?: 'warn' | 'good' }) {
  return (
    <span className={classes.pill} data-tone={tone}>
      {children}
    </span>
  );
}

interface ToolProps {
  label: string;
  hint: string;
  shortcut: string;
  active?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

export function Tool({ label, hint, shortcut, active, disabled, onClick }: ToolProps) {
  return (
    <Tooltip label={hint}>
      <UnstyledButton
        className={classes.tool!}
        data-active={active || undefined}
        aria-pressed={active ?? undefined}
        disabled={disabled ?? false}
        onClick={onClick}
      >
        {label} <kbd>{shortcut}</kbd>
      </UnstyledButton>
    </Tooltip>
  );
}

export const Separator = () => <span className={classes.separator} aria-hidden />;
