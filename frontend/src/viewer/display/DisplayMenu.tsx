import { Menu, UnstyledButton } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconCheck, IconTags } from '@tabler/icons-react';

import { keyName } from '../keyName';
import classes from '../room.module.css';
import { COLOR_TABLES, isColorName, usualColors } from './colors';
import { type LookAction, LOOK_ACTIONS } from './lookActions';
import type { Display } from './useDisplay';
import { presetsOf } from './windows';

interface Props {
  display: Display;
  kind: string;
  component: string;
  keysOf: (action: LookAction) => string[];
  onTags: () => void;
}

/** What is chosen now and then: windows, colours, turns; and the header of the frame. */
export function DisplayMenu({ display, kind, component, keysOf, onTags }: Props) {
  const colors = display.colors ?? usualColors(kind, component);
  return (
    <Menu position="bottom-start" width={250} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.tool!} aria-label="Display">
          <IconAdjustmentsHorizontal size={16} stroke={1.7} style={{ verticalAlign: '-3px' }} /> Display
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Window</Menu.Label>
        {presetsOf(kind).map((preset) => (
          <Menu.Item key={preset.id} onClick={() => display.choose(preset)} rightSection={display.preset?.id === preset.id ? <IconCheck size={14} /> : null}>
            {preset.title}
          </Menu.Item>
        ))}
        <Menu.Label>Colours</Menu.Label>
        {Object.entries(COLOR_TABLES)
          .filter(([name]) => name !== 'inverted')
          .map(([name, { title }]) => (
            <Menu.Item key={name} onClick={() => isColorName(name) && display.setColors(name)} rightSection={colors === name ? <IconCheck size={14} /> : null}>
              {title}
            </Menu.Item>
          ))}
        <Menu.Label>Image</Menu.Label>
        {LOOK_ACTIONS.map((action) => (
          <Menu.Item key={action.id} onClick={() => action.run(display)} rightSection={<kbd>{keyName(keysOf(action)[0] ?? '')}</kbd>}>
            {action.label}
          </Menu.Item>
        ))}
        <Menu.Item leftSection={<IconTags size={14} />} onClick={onTags}>
          DICOM header…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
