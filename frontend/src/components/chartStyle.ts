/** Greys that can be read on the dark and on the light theme. */
export const GREY = '#7b8794';

export const AXIS = {
  axisLabel: { color: GREY },
  splitLine: { lineStyle: { color: GREY, opacity: 0.25 } },
};
