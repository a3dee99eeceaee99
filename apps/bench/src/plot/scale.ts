/** Places values along an axis: the least at 0, the most at 1. */
export interface Scale {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** Each step is ten times the one before. From one power of ten to another, with a tick at each. */
export function logScale(least: number, most: number): Scale {
  const decades = Math.round(Math.log10(most / least));
  return {
    ticks: Array.from({ length: decades + 1 }, (_, decade) => least * 10 ** decade),
    place: (value) => Math.log10(value / least) / decades,
  };
}

/** Even steps, from `least` up to the first tick that is not below `most`. */
export function evenScale(least: number, most: number, step: number): Scale {
  const steps = Math.ceil((most - least) / step);
  return {
    ticks: Array.from({ length: steps + 1 }, (_, index) => least + index * step),
    place: (value) => (value - least) / (steps * step),
  };
}
