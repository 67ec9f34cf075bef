import type { ReadingKey } from '../api/types';

interface Look {
  label: string;
  /** On the dark image. */
  image: string;
  /** On the page, light and dark. */
  page: string;
}

/** Colours that tell apart on grey images and on both themes, also without red and green. */
const LOOKS: Record<ReadingKey, Look> = {
  a: { label: 'Blue', image: '#4c9bff', page: 'light-dark(#1c62c4, #4c9bff)' },
  b: { label: 'Orange', image: '#ff9f40', page: 'light-dark(#b85a00, #ff9f40)' },
  c: { label: 'Teal', image: '#2dd4bf', page: 'light-dark(#0b766b, #2dd4bf)' },
  d: { label: 'Violet', image: '#b18cff', page: 'light-dark(#6b3fd1, #b18cff)' },
  e: { label: 'Rose', image: '#ff7eb6', page: 'light-dark(#b8256b, #ff7eb6)' },
  f: { label: 'Lime', image: '#b6e34c', page: 'light-dark(#557a00, #b6e34c)' },
  g: { label: 'Amber', image: '#ffd84c', page: 'light-dark(#8a6500, #ffd84c)' },
  h: { label: 'Slate', image: '#a9bccf', page: 'light-dark(#4a5d70, #a9bccf)' },
  i: { label: 'Brown', image: '#cf9a72', page: 'light-dark(#7d4a22, #cf9a72)' },
};

export const imageColor = (key: ReadingKey): string => LOOKS[key].image;
export const pageColor = (key: ReadingKey): string => LOOKS[key].page;
export const colorName = (key: ReadingKey): string => LOOKS[key].label;
