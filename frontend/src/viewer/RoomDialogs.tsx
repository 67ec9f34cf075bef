import { UnstyledButton } from '@mantine/core';
import { IconKeyboard } from '@tabler/icons-react';
import { useState } from 'react';

import { DisplayMenu } from './display/DisplayMenu';
import { KeysDialog } from './KeysDialog';
import { keysFor } from './keys';
import classes from './room.module.css';
import { TagBrowser } from './tags/TagBrowser';
import { useKeys } from './useKeys';
import type { Workspace } from './workspace';

/** What opens over the room: the display's menu, the header of the frame, the list of keys. */
export function RoomDialogs({ work }: { work: Workspace }) {
  const [shown, setShown] = useState<'keys' | 'tags' | null>(null);
  const { editor, open } = work;
  const close = () => setShown(null);
  useKeys({ 'Shift+?': () => setShown('keys'), '?': () => setShown('keys') });
  return (
    <div className={classes.group}>
      <DisplayMenu
        display={work.display}
        kind={open.stack.meta.sequence_kind}
        component={open.stack.meta.component}
        keysOf={(action) => keysFor(action.id, action.keys, work.ownKeys)}
        onTags={() => setShown('tags')}
      />
      <UnstyledButton className={classes.icon!} aria-label="Keys" onClick={() => setShown('keys')}>
        <IconKeyboard size={18} stroke={1.7} />
      </UnstyledButton>
      {shown === 'keys' && <KeysDialog work={work} onClose={close} />}
      {shown === 'tags' && <TagBrowser stack={open.stack} address={open.places.address(editor.cine.slice, editor.cine.phase)} onClose={close} />}
    </div>
  );
}
