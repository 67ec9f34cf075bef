import { UnstyledButton } from '@mantine/core';

import type { Protocol } from '../api/types';
import classes from './room.module.css';
import { Separator, Tool } from './Room';
import type { ReadSession, Snapshot } from './session/session';
import type { Editor } from './useEditor';
import type { Keys } from './useKeys';

/** Keys that reading and settling share. */
export function editorKeys(editor: Editor, session: ReadSession, protocol: Protocol, mayEdit: boolean): Keys {
  const { cine, numbers } = editor;
  const goPhase = (phase: number | null) => phase !== null && cine.go(cine.slice, phase);
  const keys: Keys = {
    ArrowUp: () => cine.moveSlice(-1),
    ArrowDown: () => cine.moveSlice(1),
    ArrowLeft: () => cine.movePhase(-1),
    ArrowRight: () => cine.movePhase(1),
    ' ': () => cine.setPlaying((on) => !on),
    e: () => goPhase(numbers.ed_phase),
    s: () => goPhase(numbers.es_phase),
    v: () => editor.setTool('edit'),
    d: () => editor.setTool('draw'),
    p: () => editor.setTool('pan'),
    w: () => editor.setTool('window'),
    f: editor.fit,
    h: editor.toggleHidden,
  };
  protocol.structures.forEach(({ code }, i) => {
    keys[String(i + 1)] = () => editor.setStructure(code);
  });
  if (!mayEdit) return keys;
  return {
    ...keys,
    a: () => editor.acceptPhase(cine.phase, cine.slice),
    'Shift+A': () => editor.acceptPhase(cine.phase),
    c: () => editor.copyFrom(cine.slice, (cine.phase + cine.phases - 1) % cine.phases),
    Delete: () => editor.removeAt(cine.slice, cine.phase),
    Backspace: () => editor.removeAt(cine.slice, cine.phase),
    'Ctrl+z': () => session.undo(),
    'Ctrl+Shift+Z': () => session.redo(),
    'Ctrl+y': () => session.redo(),
  };
}

/** The tools that reading and settling share. */
export function EditTools({ editor, session, now, mayEdit }: { editor: Editor; session: ReadSession; now: Snapshot; mayEdit: boolean }) {
  const { cine, tool, setTool, numbers } = editor;
  return (
    <>
      <Tool label="Edit" hint="Drag a contour: near points follow" shortcut="V" active={tool === 'edit'} disabled={!mayEdit} onClick={() => setTool('edit')} />
      <Tool label="Draw" hint="Draw the contour anew" shortcut="D" active={tool === 'draw'} disabled={!mayEdit} onClick={() => setTool('draw')} />
      <Tool label="Pan" hint="Drag to move; Ctrl + wheel zooms" shortcut="P" active={tool === 'pan'} onClick={() => setTool('pan')} />
      <Tool label="Window" hint="Drag: width and level. Also with the right button" shortcut="W" active={tool === 'window'} onClick={() => setTool('window')} />
      <Tool label="Fit" hint="Whole image, first window" shortcut="F" onClick={editor.fit} />
      <Tool label="Hide" hint="Hide the contours" shortcut="H" active={editor.hidden} onClick={editor.toggleHidden} />
      <Separator />
      <Tool label="Accept" hint="Accept the contours of this frame as they are" shortcut="A" disabled={!mayEdit} onClick={() => editor.acceptPhase(cine.phase, cine.slice)} />
      <Tool label="Accept phase" hint="Accept all slices of this phase as they are" shortcut="⇧A" disabled={!mayEdit} onClick={() => editor.acceptPhase(cine.phase)} />
      <Tool label="Delete" hint="Delete this contour" shortcut="Del" disabled={!mayEdit} onClick={() => editor.removeAt(cine.slice, cine.phase)} />
      <Tool label="Undo" hint="Take the last change back" shortcut="Ctrl Z" disabled={!mayEdit || !now.canUndo} onClick={() => session.undo()} />
      <Separator />
      <Tool label="ED" hint="Go to end-diastole" shortcut="E" disabled={numbers.ed_phase === null} onClick={() => cine.go(cine.slice, numbers.ed_phase ?? 0)} />
      <Tool label="ES" hint="Go to end-systole" shortcut="S" disabled={numbers.es_phase === null} onClick={() => cine.go(cine.slice, numbers.es_phase ?? 0)} />
      <Tool label={cine.playing ? 'Pause' : 'Play'} hint="Play the cine" shortcut="space" active={cine.playing} onClick={() => cine.setPlaying((on) => !on)} />
    </>
  );
}

/** Structures of the protocol; the chosen one is edited. */
export function Structures({ protocol, editor }: { protocol: Protocol; editor: Editor }) {
  return (
    <div role="radiogroup" aria-label="Structures">
      {protocol.structures.map((structure, i) => (
        <UnstyledButton
          key={structure.code}
          role="radio"
          aria-checked={structure.code === editor.structure}
          className={classes.structure!}
          data-active={structure.code === editor.structure || undefined}
          onClick={() => editor.setStructure(structure.code)}
        >
          <i style={{ background: structure.color }} />
          {structure.title}
          <span>{structure.code === editor.structure ? `editing · ${i + 1}` : i + 1}</span>
        </UnstyledButton>
      ))}
    </div>
  );
}
