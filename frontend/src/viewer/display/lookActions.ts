/** Ways to look at an image that need nothing but the display: a read isn't wanted. */
import type { Display } from './useDisplay';

export interface LookAction {
  id: string;
  label: string;
  hint: string;
  keys: string[];
  run(display: Display): void;
}

export const LOOK_ACTIONS: LookAction[] = [
  { id: 'invert', label: 'Invert', hint: 'Bright becomes dark', keys: ['i'], run: (display) => display.invert() },
  { id: 'turn', label: 'Rotate', hint: 'A quarter turn clockwise', keys: ['j'], run: (display) => display.turn() },
  {
    id: 'flip-horizontal',
    label: 'Flip left to right',
    hint: 'Mirror the image left to right',
    keys: ['Shift+H'],
    run: (display) => display.flip('horizontal'),
  },
  {
    id: 'flip-vertical',
    label: 'Flip top to bottom',
    hint: 'Mirror the image top to bottom',
    keys: ['Shift+J'],
    run: (display) => display.flip('vertical'),
  },
  { id: 'zoom-heart', label: 'Zoom to the heart', hint: 'The heart fills the image', keys: ['z'], run: (display) => display.zoomToHeart() },
  { id: 'magnifier', label: 'Magnifier', hint: 'A lens follows the mouse: three times as large', keys: ['F7'], run: (display) => display.toggleLens() },
  {
    id: 'overlay',
    label: 'Text over the image',
    hint: 'All, little or nothing written over the image',
    keys: ['t'],
    run: (display) => display.nextOverlay(),
  },
];
