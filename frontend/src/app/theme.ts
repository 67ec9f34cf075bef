import { Button, createTheme, defaultVariantColorsResolver, parseThemeColor, type VariantColorsResolver } from '@mantine/core';

// the library's light and outlined variants stay below the contrast that text needs
const readable: VariantColorsResolver = (input) => {
  const found = defaultVariantColorsResolver(input);
  const { color } = parseThemeColor({ color: input.color ?? 'accord', theme: input.theme });
  // a filled red button: white on the usual shade is too faint in light
  if (input.variant === 'filled' && color === 'red') return { ...found, color: 'white', background: 'var(--mantine-color-red-9)', hover: 'var(--mantine-color-red-8)' };
  if (!['light', 'outline', 'subtle'].includes(input.variant) || !(color in input.theme.colors)) return found;
  return { ...found, color: `light-dark(color-mix(in srgb, var(--mantine-color-${color}-9) 72%, black), var(--mantine-color-${color}-2))` };
};

/** Quiet surfaces; one colour for the next action, the rest is kept for structures and states. */
export const theme = createTheme({
  primaryColor: 'accord',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  variantColorResolver: readable,
  defaultRadius: 'sm',
  fontFamily: 'Inter, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  colors: {
    accord: ['#e6f4fb', '#cfe6f5', '#a3cdea', '#74b2df', '#4c9bd6', '#3a8fd2', '#2477b8', '#1a659f', '#125385', '#083f69'],
    dark: ['#d3dbe3', '#a9b5c0', '#93a1ae', '#5b6875', '#323d48', '#26303a', '#1a222a', '#12181f', '#0d1217', '#080c10'],
  },
  components: {
    // the library's smallest button is 22 px high; WCAG 2.2 asks for a target of 24
    Button: Button.extend({ vars: (_, props) => ({ root: props.size === 'compact-xs' ? { '--button-height': '24px' } : {} }) }),
    // a link on the library's own colour for the row under the pointer has a contrast of 4.45 in the dark
    Table: { defaultProps: { highlightOnHoverColor: 'light-dark(var(--mantine-color-gray-1), var(--mantine-color-dark-6))' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    CloseButton: { defaultProps: { 'aria-label': 'Close' } },
    Modal: { defaultProps: { overlayProps: { backgroundOpacity: 0.5 }, closeButtonProps: { 'aria-label': 'Close' } } },
  },
});
