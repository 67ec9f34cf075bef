import { describe, expect, it } from 'vitest';

import { theme } from './theme';

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const share = parseInt(hex.slice(i, i + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

describe('the dark scheme', () => {
  it('keeps links readable on the row under the pointer', () => {
    const hover = String((theme.components!.Table!.defaultProps as { highlightOnHoverColor: string }).highlightOnHoverColor);
    const shade = Number(/dark-(\d)\)/.exec(hover)![1]);
    const link = theme.colors!.accord![4]!; // what the library takes for links in the dark
    expect(contrast(link, theme.colors!.dark![shade]!)).toBeGreaterThan(4.5);
    expect(contrast(link, theme.colors!.dark![5]!)).toBeLessThan(4.5); // the library's own choice
  });
});
