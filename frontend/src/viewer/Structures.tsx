import { UnstyledButton } from '@mantine/core';
import { IconDroplet, IconDropletFilled, IconEye, IconEyeOff, IconLock, IconLockOpen } from '@tabler/icons-react';
import type { ComponentType } from 'react';

import type { Protocol } from '../api/types';
import classes from './structures.module.css';
import type { Editor } from './useEditor';
import type { Look } from './useLooks';

/** Structures of the protocol: the chosen one is edited; each is locked, hidden, filled and faded by itself. */
export function Structures({ protocol, editor }: { protocol: Protocol; editor: Editor }) {
  return (
    <div role="group" aria-label="Structures" className={classes.list}>
      {protocol.structures.map(({ code, title, color }, i) => (
        <div key={code} className={classes.row} data-active={code === editor.structure || undefined} data-testid={`structure-${code}`}>
          <UnstyledButton className={classes.name!} aria-pressed={code === editor.structure} onClick={() => editor.setStructure(code)}>
            <i style={{ background: color }} />
            {title}
            <kbd>{i + 1}</kbd>
          </UnstyledButton>
          <LookControls title={title} look={editor.looks.of(code)} onChange={(by) => editor.looks.change(code, by)} />
        </div>
      ))}
    </div>
  );
}

interface ControlsProps {
  title: string;
  look: Look;
  onChange: (by: Partial<Look>) => void;
}

function LookControls({ title, look, onChange }: ControlsProps) {
  return (
    <>
      <input
        type="range"
        className={classes.opacity}
        aria-label={`Opacity of ${title}`}
        title="Opacity"
        min={0.1}
        max={1}
        step={0.1}
        value={look.opacity}
        onChange={(event) => onChange({ opacity: Number(event.currentTarget.value) })}
      />
      <Toggle icon={look.filled ? IconDropletFilled : IconDroplet} label={`Fill ${title}`} on={look.filled} onClick={() => onChange({ filled: !look.filled })} />
      <Toggle icon={look.hidden ? IconEyeOff : IconEye} label={`Hide ${title}`} on={look.hidden} onClick={() => onChange({ hidden: !look.hidden })} />
      <Toggle icon={look.locked ? IconLock : IconLockOpen} label={`Lock ${title}`} on={look.locked} onClick={() => onChange({ locked: !look.locked })} />
    </>
  );
}

interface ToggleProps {
  icon: ComponentType<{ size?: number; stroke?: number }>;
  label: string;
  on: boolean;
  onClick: () => void;
}

function Toggle({ icon: Icon, label, on, onClick }: ToggleProps) {
  return (
    <UnstyledButton className={classes.toggle!} aria-label={label} title={label} aria-pressed={on} data-on={on || undefined} onClick={onClick}>
      <Icon size={15} stroke={1.7} />
    </UnstyledButton>
  );
}
