import { Menu, UnstyledButton } from '@mantine/core';

import { keyName } from '../keyName';
import room from '../room.module.css';
import type { Layouts } from './useLayouts';

/** Which images stand side by side. */
export function LayoutMenu({ layouts }: { layouts: Layouts }) {
  return (
    <Menu opened={layouts.menuOpen} onChange={layouts.setMenuOpen} position="bottom-start" width={290} shadow="md">
      <Menu.Target>
        <UnstyledButton className={room.tool!} aria-keyshortcuts="l" title={layouts.current.title} data-testid="layout-menu">
          Layout <kbd>L</kbd>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {layouts.offers.map((offer, i) => (
          <Menu.Item
            key={offer.id}
            aria-current={offer.id === layouts.current.id || undefined}
            leftSection={<span aria-hidden>{offer.id === layouts.current.id ? '●' : '○'}</span>}
            rightSection={i < 9 ? <kbd className={room.key}>{keyName(`Shift+${i + 1}`)}</kbd> : null}
            onClick={() => layouts.choose(offer.id)}
          >
            {offer.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
