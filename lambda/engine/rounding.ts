import type { Numeric } from '../query/expanded';

/** Bits to which integers are cut before they become doubles: more than a double has, the last one standing for the rest. */
const KEPT_BITS = 100;

/**
 * The double nearest to the exact sum of `terms` (ties to even); infinities and their absence of a sum (NaN) as in IEEE 754.
 * Source: Shewchuk (1997), and the rounding correction of CPython's `math.fsum`.
 */
export function roundedSum(terms: readonly number[]): number {
  const infinite = terms.filter((term) => !Number.isFinite(term));
  if (infinite.length > 0) return infinite.reduce((sum, term) => sum + term, 0);
  const sum = sumExpansion(terms);
  // Overflows on the way may cancel.
  return Number.isFinite(sum) ? sum : sumOfIntegers(terms);
}

/** By way of integers, in units of the least double, 2^−1074: slow, but without any bound. */
function sumOfIntegers(terms: readonly number[]): number {
  const sum = terms.reduce((total, term) => total + inLeastUnits(term), 0n);
  const magnitude = sum < 0n ? -sum : sum;
  const cut = Math.max(0, magnitude.toString(2).length - KEPT_BITS);
  const kept = magnitude >> BigInt(cut);
  const rest = kept << BigInt(cut) === magnitude ? 0n : 1n;
  return (sum < 0n ? -1 : 1) * Number(kept | rest) * 2 ** (cut - 1074);
}

function inLeastUnits(term: number): bigint {
  let exponent = 1074;
  let whole = term;
  // Powers of two keep every bit: a double has at most 1,074 binary places.
  while (!Number.isInteger(whole)) {
    whole *= 2;
    exponent -= 1;
  }
  return BigInt(whole) << BigInt(exponent);
}

function sumExpansion(terms: readonly number[]): number {
  // Non-overlapping, in increasing magnitude.
  const partials: number[] = [];
  for (const term of terms) growExpansion(partials, term);
  let index = partials.length - 1;
  if (index < 0) return 0;
  let high = partials[index];
  let low = 0;
  while (index > 0 && low === 0) {
    index -= 1;
    const next = high + partials[index];
    low = partials[index] - (next - high);
    high = next;
  }
  // Exactly half way: the remaining partials decide to which side.
  if (index > 0 && Math.sign(low) === Math.sign(partials[index - 1])) {
    const doubled = low * 2;
    const corrected = high + doubled;
    if (corrected - high === doubled) high = corrected;
  }
  return high;
}

/** The exact sum of whole-numbered `terms`, as a number where that is exact. */
export function integerSum(terms: readonly number[]): Numeric {
  const sum = terms.reduce((total, term) => total + BigInt(term), 0n);
  const rounded = Number(sum);
  return Number.isSafeInteger(rounded) ? rounded : sum;
}

/** The double nearest to `sum / count` (ties to even), for an exact sum and a whole count of at least 1. */
export function roundedMean(sum: Numeric, count: number): number {
  if (typeof sum === 'number') return sum / count;
  // Dividing the rounded sum would round twice. A sum that is a bigint lies beyond 2^53 and a count does not, so 64 bits
  // more leave a quotient of at least 64: its last bit can stand for the rest that was cut off, and only decides ties.
  const scaled = sum << 64n;
  const divisor = BigInt(count);
  const quotient = scaled / divisor;
  const rest = scaled % divisor === 0n ? 0n : 1n;
  const magnitude = (quotient < 0n ? -quotient : quotient) | rest;
  return Number(quotient < 0n ? -magnitude : magnitude) / 2 ** 64;
}

function growExpansion(partials: number[], term: number): void {
  let carry = term;
  let kept = 0;
  for (const partial of partials) {
    const [larger, smaller] = Math.abs(carry) < Math.abs(partial) ? [partial, carry] : [carry, partial];
    const sum = larger + smaller;
    const error = smaller - (sum - larger);
    if (error !== 0) partials[kept++] = error;
    carry = sum;
  }
  partials.length = kept;
  if (carry !== 0) partials.push(carry);
}
