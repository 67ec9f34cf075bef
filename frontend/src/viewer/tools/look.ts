import { IconContrast, IconHandStop } from '@tabler/icons-react';

import type { Gesture, Pointer, Stage, ToolDefinition } from './gesture';

/** Drag the image under the glass. */
export function beginPan(at: Pointer, stage: Stage): Gesture {
  const { view } = stage;
  return {
    move: ({ canvas }) => stage.setView({ ...view, x: view.x + canvas[0] - at.canvas[0], y: view.y + canvas[1] - at.canvas[1] }),
    release: () => 'done',
  };
}

/** Right is wider, down is brighter: the field's habit. */
export function beginWindow(at: Pointer, stage: Stage): Gesture {
  const { window } = stage;
  const gain = window.width / 300;
  return {
    move: ({ canvas }) =>
      stage.setWindow({
        width: Math.max(1, window.width + (canvas[0] - at.canvas[0]) * gain),
        centre: window.centre + (canvas[1] - at.canvas[1]) * gain,
      }),
    release: () => 'done',
  };
}

export const lookTools: ToolDefinition[] = [
  {
    id: 'pan',
    label: 'Pan',
    hint: 'Drag to move; Ctrl + wheel zooms',
    shortcut: 'p',
    icon: IconHandStop,
    group: 'look',
    cursor: 'grab',
    edits: false,
    begin: beginPan,
  },
  {
    id: 'window',
    label: 'Window',
    hint: 'Drag: width and level. Also with the right button',
    shortcut: 'w',
    icon: IconContrast,
    group: 'look',
    cursor: 'crosshair',
    edits: false,
    begin: beginWindow,
  },
];
