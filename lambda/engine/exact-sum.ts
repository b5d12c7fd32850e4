import type { Numeric } from '../query/expanded';
import { integerSum, roundedSum } from './rounding';

/** Numbers kept per sum; see `ExactSums`. */
export const EXACT_SUM_WIDTH = 3;

/** Exact sums on their way from one place to another: as plain data. */
export interface SelectedSums {
  /** `EXACT_SUM_WIDTH` terms per sum. */
  readonly terms: Float64Array;
  /** Further terms of the few sums that have any, by the sum's index. */
  readonly leftovers: ReadonlyMap<number, readonly number[]>;
}

/**
 * Many sums of doubles side by side, none of which loses a bit: adding is error-free (Knuth's TwoSum, in a cascade of
 * three terms), so the result depends neither on the order of rows nor on that of parts. What even the last term
 * cannot hold exactly, and what would overflow, is kept apart as it is; that is rare.
 *
 * Sources: D. E. Knuth, TAOCP vol. 2, 4.2.2, theorem B; J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and
 * Fast Robust Geometric Predicates" (1997).
 */
export class ExactSums {
  #terms: Float64Array;
  readonly #leftovers = new Map<number, number[]>();

  constructor(slots: number) {
    this.#terms = new Float64Array(slots * EXACT_SUM_WIDTH);
  }

  /** @param terms EXACT_SUM_WIDTH numbers per sum, which are it together; taken over, not copied */
  static ofTerms(terms: Float64Array): ExactSums {
    const sums = new ExactSums(0);
    sums.#terms = terms;
    return sums;
  }

  /** Makes room for sums up to and excluding `slots`, doubling so that growing one by one stays linear. */
  ensureSlots(slots: number): void {
    const needed = slots * EXACT_SUM_WIDTH;
    if (needed <= this.#terms.length) return;
    const larger = new Float64Array(Math.max(needed, this.#terms.length * 2));
    larger.set(this.#terms);
    this.#terms = larger;
  }

  /** Sets one sum back to zero. */
  clear(slot: number): void {
    this.#terms.fill(0, slot * EXACT_SUM_WIDTH, (slot + 1) * EXACT_SUM_WIDTH);
    if (this.#leftovers.size > 0) this.#leftovers.delete(slot);
  }

  add(slot: number, value: number): void {
    const terms = this.#terms;
    const base = slot * EXACT_SUM_WIDTH;
    const first = terms[base];
    const firstSum = first + value;
    const firstPart = firstSum - first;
    const firstError = first - (firstSum - firstPart) + (value - firstPart);
    if (firstError !== firstError) {
      // An infinity, or an overflow that another value may yet take back.
      this.#keep(slot, value);
      return;
    }
    terms[base] = firstSum;
    if (firstError === 0) return;

    const second = terms[base + 1];
    const secondSum = second + firstError;
    const secondPart = secondSum - second;
    const secondError = second - (secondSum - secondPart) + (firstError - secondPart);
    terms[base + 1] = secondSum;
    if (secondError === 0) return;

    const third = terms[base + 2];
    const thirdSum = third + secondError;
    const thirdPart = thirdSum - third;
    const thirdError = third - (thirdSum - thirdPart) + (secondError - thirdPart);
    terms[base + 2] = thirdSum;
    if (thirdError !== 0) this.#keep(slot, thirdError);
  }

  /** Adds one of these sums to another. */
  addSlot(target: number, source: number): void {
    for (const term of this.termsOf(source)) this.add(target, term);
  }

  /** Adds a sum that was selected from others. */
  addSelected(slot: number, selected: SelectedSums, index: number): void {
    for (let term = index * EXACT_SUM_WIDTH; term < (index + 1) * EXACT_SUM_WIDTH; term++) this.add(slot, selected.terms[term]);
    for (const leftover of selected.leftovers.get(index) ?? []) this.add(slot, leftover);
  }

  /** Numbers whose exact sum is this sum. */
  termsOf(slot: number): number[] {
    const base = slot * EXACT_SUM_WIDTH;
    return [...this.#terms.subarray(base, base + EXACT_SUM_WIDTH), ...(this.#leftovers.get(slot) ?? [])];
  }

  /** The sum itself: of integers exact, else rounded once. */
  total(slot: number, ofIntegers: boolean): Numeric {
    const base = slot * EXACT_SUM_WIDTH;
    const sum = this.#terms[base] + this.#terms[base + 1];
    // Where two terms are all of it, one addition rounds as the sum does.
    const isAll = this.#terms[base + 2] === 0 && !this.#leftovers.has(slot);
    if (isAll && (ofIntegers ? Number.isSafeInteger(sum) : Number.isFinite(sum))) return sum;
    return ofIntegers ? integerSum(this.termsOf(slot)) : roundedSum(this.termsOf(slot));
  }

  /** Copies some of these sums, in the order given, to be sent elsewhere. */
  select(slots: Int32Array): SelectedSums {
    const terms = new Float64Array(slots.length * EXACT_SUM_WIDTH);
    const leftovers = new Map<number, readonly number[]>();
    for (let index = 0; index < slots.length; index++) {
      const base = slots[index] * EXACT_SUM_WIDTH;
      for (let term = 0; term < EXACT_SUM_WIDTH; term++) terms[index * EXACT_SUM_WIDTH + term] = this.#terms[base + term];
      const kept = this.#leftovers.get(slots[index]);
      if (kept !== undefined) leftovers.set(index, kept);
    }
    return { terms, leftovers };
  }

  #keep(slot: number, value: number): void {
    const kept = this.#leftovers.get(slot);
    if (kept) kept.push(value);
    else this.#leftovers.set(slot, [value]);
  }
}
