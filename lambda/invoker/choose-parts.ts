import type { RegisterRequest } from './service';

export interface SampleSettings {
  /** Share of the parts to read, 0 to 1 … */
  readonly sampleRatio: number;
  /** … but at most this many. */
  readonly sampleMaximum: number;
}

/**
 * Which parts registration reads.
 *
 * @param random gives numbers from 0 up to and excluding 1
 * @returns ascending indexes: the first part; with FIRST_LAST also the last; with SAMPLE also others chosen at random
 */
export function chooseParts(
  mode: NonNullable<RegisterRequest['validationMode']>,
  parts: number,
  { sampleRatio, sampleMaximum }: SampleSettings,
  random: () => number,
): number[] {
  if (mode === 'SINGLE' || parts === 1) {
    return [0];
  }
  const wanted = mode === 'FIRST_LAST' ? 2 : Math.max(2, Math.min(Math.floor(sampleRatio * parts), sampleMaximum));
  const between = Array.from({ length: parts - 2 }, (_, index) => index + 1);
  return [0, ...chooseSome(between, wanted - 2, random), parts - 1].sort((a, b) => a - b);
}

/** The first steps of a Fisher–Yates shuffle. */
function chooseSome(values: number[], count: number, random: () => number): number[] {
  const chosen = Math.min(count, values.length);
  for (let index = 0; index < chosen; index++) {
    const other = index + Math.floor(random() * (values.length - index));
    [values[index], values[other]] = [values[other], values[index]];
  }
  return values.slice(0, chosen);
}
