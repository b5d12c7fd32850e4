import type { ClassifiedGroups } from './aggregate';
import type { Codes } from './codes';
import type { FloatColumn, IntColumn } from './columns';
import { EXACT_SUM_WIDTH, ExactSums } from './exact-sum';
import { halvesOf } from './number-table';
import type { Part } from './part';
import { rowAdder } from './row-adder';
import { INTEGER_MAGNITUDES, splitFor, type Split } from './split-sums';

/** Per class and value, at `class * (size + 1) + code + 1`: rows, rows with a number to sum, and the exact sum. */
export interface ValueSums {
  readonly rows: Int32Array;
  readonly counts: Int32Array;
  readonly sums: ExactSums;
}

/** Sums a numeric column per class and per value of another. @param codes below `size` */
export function sumValues(codes: Codes, size: number, otherColumn: string, part: Part, groups: ClassifiedGroups): ValueSums {
  const summed = part.column(otherColumn);
  if (summed.type !== 'INT' && summed.type !== 'FLOAT') throw new TypeError(`a ${summed.type} column has no sum`);
  const slots = groups.classCount * (size + 1);
  const split = splitOf(summed, otherColumn, part, groups.ranges.rows);
  if (split !== null && summed.values instanceof Float64Array) {
    const byKernels = part.kernelsFor(codes, size)?.sumSplit(codes, size + 1, summed, split, groups.ranges, groups.classOf, groups.classCount) ?? null;
    const halves = byKernels === null ? addSplit(codes.integers, size, summed.values, summed.type === 'INT' ? summed.nulls : null, split, groups) : fromKernels(byKernels);
    const counts = halves.counts.subarray(0, slots);
    const terms = halves.terms.subarray(0, slots * EXACT_SUM_WIDTH);
    addLaterClasses(terms, (size + 1) * EXACT_SUM_WIDTH);
    return { rows: counts.map((withNumber, slot) => withNumber + halves.counts[slots + slot]), counts, sums: ExactSums.ofTerms(terms) };
  }
  const rows = new Int32Array(slots);
  const counts = new Int32Array(slots);
  const sums = new ExactSums(slots);
  addExactly(codes.integers, size, summed, groups, { rows, counts, sums });
  for (let slot = slots - size - 2; slot >= 0; slot--) sums.addSlot(slot, slot + size + 1);
  return { rows, counts, sums };
}

/** How a column's values can be split, or null where they cannot and every addition has to be watched. */
function splitOf(column: IntColumn | FloatColumn, name: string, part: Part, rows: number): Split | null {
  if (!(column.values instanceof Float64Array)) return null;
  return splitFor(column.type === 'INT' ? INTEGER_MAGNITUDES : part.magnitudes(name, column), rows);
}

/**
 * Adds values in three parts, each of whose plain sums is exact: see `splitFor`. A null is not branched upon but counted
 * and added, whatever it is, in a second half of the slots that nobody reads: random nulls made the loop twice as slow.
 */
function addSplit(
  codes: Int32Array,
  size: number,
  values: Float64Array,
  nulls: Uint8Array | null,
  { upper, lower }: Split,
  { ranges, classOf, classCount }: ClassifiedGroups,
): SlotHalves {
  const { count, starts, ends } = ranges;
  const half = classCount * (size + 1);
  const counts = new Int32Array(2 * half);
  const terms = new Float64Array(2 * half * EXACT_SUM_WIDTH);
  const halves = halvesOf(values);
  for (let group = 0; group < count; group++) {
    if (classOf[group] === 0) continue;
    const base = (classOf[group] - 1) * (size + 1) + 1;
    const end = ends[group];
    for (let row = starts[group]; row < end; row++) {
      // All bits for a number; none for NaN, whose exponent is the one that no finite number has.
      const isNumber = nulls === null ? ((halves[2 * row + 1] & EXPONENT) - EXPONENT) >> 31 : nulls[row] - 1;
      const slot = base + codes[row] + (half & ~isNumber);
      counts[slot] += 1;
      const value = values[row];
      const high = value + upper - upper;
      const rest = value - high;
      const middle = rest + lower - lower;
      const term = slot * EXACT_SUM_WIDTH;
      terms[term] += high;
      terms[term + 1] += middle;
      terms[term + 2] += rest - middle;
    }
  }
  return { counts, terms };
}

/** @param sums three terms and a count per slot */
function fromKernels(sums: Float64Array): SlotHalves {
  const slots = sums.length / (EXACT_SUM_WIDTH + 1);
  const counts = new Int32Array(slots);
  const terms = new Float64Array(slots * EXACT_SUM_WIDTH);
  for (let slot = 0; slot < slots; slot++) {
    const at = slot * (EXACT_SUM_WIDTH + 1);
    terms.set(sums.subarray(at, at + EXACT_SUM_WIDTH), slot * EXACT_SUM_WIDTH);
    counts[slot] = sums[at + EXACT_SUM_WIDTH];
  }
  return { counts, terms };
}

/** The exponent's bits in the upper half of a double. */
const EXPONENT = 0x7ff00000;

/** Slots twice: for rows with a number to sum, and then for rows without. */
interface SlotHalves {
  readonly counts: Int32Array;
  readonly terms: Float64Array;
}

function addExactly(
  codes: Int32Array,
  size: number,
  summed: IntColumn | FloatColumn,
  { ranges, classOf }: ClassifiedGroups,
  { rows, counts, sums }: ValueSums,
): void {
  const addRow = rowAdder(summed, sums);
  for (let group = 0; group < ranges.count; group++) {
    if (classOf[group] === 0) continue;
    const base = (classOf[group] - 1) * (size + 1) + 1;
    for (let row = ranges.starts[group]; row < ranges.ends[group]; row++) {
      const slot = base + codes[row];
      rows[slot] += 1;
      if (addRow(slot, row)) counts[slot] += 1;
    }
  }
}

/** Adds to each class what the next one has, from the last back: `size` entries per class. */
export function addLaterClasses(entries: Int32Array | Float64Array, size: number): void {
  for (let entry = entries.length - size - 1; entry >= 0; entry--) entries[entry] += entries[entry + size];
}
