import { blockKernels } from './kernels/block-kernels';

/** Smallest and greatest magnitude among a column's values that are neither null nor 0; 0 and 0 where there are none. */
export interface Magnitudes {
  readonly least: number;
  readonly greatest: number;
}

/** Two constants that split doubles into three parts whose sums are exact. */
export interface Split {
  readonly upper: number;
  readonly lower: number;
}

/**
 * How to split values so that plain additions of the three parts lose nothing, however they are ordered.
 *
 * `high = value + upper − upper` rounds a value to a multiple of a power of two, `middle` does so with what is left, and
 * `low` is the rest; each step is exact (T. Ogita, S. M. Rump and S. Oishi, "Accurate Floating-Point Summation", 2008).
 * All values are multiples of 2^grid. Parts that are multiples of 2^p and at most 2^q can be added 2^n times without rounding
 * if n + q ≤ p + 53: so each part takes 53 − n bits, and values may span 3 × (53 − n) bits, their own 53 included. For
 * eight million rows that leaves room for values between 0.01 and 10^9.
 *
 * @param rows the most that are added to one sum
 * @returns null where the values span too many bits, or are infinite
 */
export function splitFor({ least, greatest }: Magnitudes, rows: number): Split | null {
  if (greatest === Infinity) return null;
  if (greatest === 0) return { upper: 1.5, lower: 1.5 };
  const grid = Math.max(exponentOf(least) - 52, -1074);
  const top = exponentOf(greatest) + 1;
  const width = 53 - Math.max(2, 32 - Math.clz32(rows));
  const lowerGrid = grid + width;
  const upperGrid = lowerGrid + width;
  if (top > upperGrid + width || upperGrid + 53 > 1000) return null;
  return { upper: 1.5 * 2 ** (upperGrid + 52), lower: 1.5 * 2 ** (lowerGrid + 52) };
}

/** The magnitudes that integers within ±2^53 may have. */
export const INTEGER_MAGNITUDES: Magnitudes = { least: 2 ** 52, greatest: 2 ** 53 };

/** @param values NaN is null */
export function magnitudesOf(values: Float64Array): Magnitudes {
  const [least, greatest] = blockKernels().magnitudes(values);
  return { least: greatest === 0 ? 0 : least, greatest };
}

/** floor(log2(magnitude)), exactly, of what is neither 0 nor infinite. */
function exponentOf(magnitude: number): number {
  let exponent = Math.floor(Math.log2(magnitude));
  while (2 ** exponent > magnitude) exponent -= 1;
  while (2 ** (exponent + 1) <= magnitude) exponent += 1;
  return exponent;
}
