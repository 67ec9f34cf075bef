import { Tooltip, UnstyledButton } from '@mantine/core';

import { type Action, isEnabled, mayAskAi } from './actions/action';
import { ACTIONS } from './actions/registry';
import { keyName } from './keyName';
import { keysFor } from './keys';
import { RoomDialogs } from './RoomDialogs';
import { Separator, Tool } from './Room';
import classes from './room.module.css';
import type { ToolDefinition } from './tools/gesture';
import { TOOLS } from './tools/registry';
import type { Workspace } from './workspace';

const TOOL_GROUPS: ToolDefinition['group'][] = ['contour', 'mask', 'measure', 'look'];
const ACTION_GROUPS: Action['group'][] = ['image', 'contour', 'state', 'history', 'move'];

/** The tools that reading and settling share: those that wait for the pointer, then what is done at once. */
export function EditTools({ work }: { work: Workspace }) {
  return (
    <>
      {TOOL_GROUPS.map((group) => {
        const tools = TOOLS.filter((tool) => tool.group === group && (!tool.ai || mayAskAi(work)));
        return tools.length === 0 ? null : (
          <div key={group} className={classes.group}>
            {tools.map((tool) => (
              <ToolButton key={tool.id} tool={tool} work={work} />
            ))}
          </div>
        );
      })}
      <Separator />
      <RoomDialogs work={work} />
      {ACTION_GROUPS.map((group) => (
        <div key={group} className={classes.group}>
          {ACTIONS.filter((action) => action.button && action.group === group).map((action) => (
            <ActionButton key={action.id} action={action} work={work} />
          ))}
        </div>
      ))}
    </>
  );
}

function ToolButton({ tool, work }: { tool: ToolDefinition; work: Workspace }) {
  const { editor } = work;
  const Icon = tool.icon;
  const shortcut = keysFor(`tool-${tool.id}`, [tool.shortcut], work.ownKeys)[0] ?? '';
  return (
    <Tooltip label={<Hint label={tool.label} hint={tool.hint} shortcut={shortcut} />}>
      <UnstyledButton
        className={classes.icon!}
        aria-label={tool.label}
        aria-pressed={editor.tool === tool.id}
        aria-keyshortcuts={shortcut}
        data-active={editor.tool === tool.id || undefined}
        disabled={(tool.edits || tool.measures === true) && !work.mayEdit}
        onClick={() => editor.setTool(tool.id)}
      >
        <Icon size={18} stroke={1.7} />
      </UnstyledButton>
    </Tooltip>
  );
}

export function ActionButton({ action, work }: { action: Action; work: Workspace }) {
  return (
    <Tool
      label={action.labelNow?.(work) ?? action.label}
      hint={action.hint}
      shortcut={keyName(keysFor(action.id, action.keys, work.ownKeys)[0] ?? '')}
      disabled={!isEnabled(action, work)}
      {...(action.active ? { active: action.active(work) } : {})}
      onClick={() => action.run(work)}
    />
  );
}

function Hint({ label, hint, shortcut }: { label: string; hint: string; shortcut: string }) {
  return (
    <>
      <b>{label}</b> {shortcut && <kbd>{keyName(shortcut)}</kbd>}
      <br />
      {hint}
    </>
  );
}
