import type { Codes } from './codes';
import type { GroupRanges } from './group-selection';
import type { PartKernels } from './kernels/part-kernels';
import type { RowMask } from './row-masks';

/** Lists of filters whose rows are counted in one pass. */
export const COUNTED_TOGETHER = 4;

/** A count shares 32 bits with three others, so it is taken out after as many rows as its 8 bits can hold. */
const ROWS_AT_ONCE = 255;

/**
 * Counts each group's rows whose codes are in a table, for up to four tables at once: a group's end costs more than a
 * row, and four counts meet it once.
 *
 * @param tables at `code + 1` 1 or 0
 * @param kernels where the codes are known to them
 * @returns per table a count per group
 */
export function countCodes(codes: Codes, tables: readonly Uint8Array[], groups: GroupRanges, kernels: PartKernels | null): Int32Array[] {
  if (tables.length === 1) return [kernels?.countCodes(codes, tables[0], groups) ?? countOneTable(codes.integers, tables[0], groups)];
  const packed = new Int32Array(tables[0].length);
  tables.forEach((table, index) => {
    for (let place = 0; place < packed.length; place++) packed[place] |= table[place] << (8 * index);
  });
  const { count, starts, ends } = groups;
  const { integers } = codes;
  const counts = new PackedCounts(count);
  for (let group = 0; group < count; group++) {
    const end = ends[group];
    for (let row = starts[group]; row < end; ) {
      const until = Math.min(end, row + ROWS_AT_ONCE);
      let sum = 0;
      for (; row < until; row++) sum = (sum + packed[integers[row] + 1]) | 0;
      counts.add(group, sum);
    }
  }
  return counts.first(tables.length);
}

function countOneTable(codes: Int32Array, table: Uint8Array, { count, starts, ends }: GroupRanges): Int32Array {
  const counts = new Int32Array(count);
  for (let group = 0; group < count; group++) {
    const end = ends[group];
    let inGroup = 0;
    for (let row = starts[group]; row < end; row++) inGroup += table[codes[row] + 1];
    counts[group] = inGroup;
  }
  return counts;
}

/** As `countCodes`, of up to four masks. */
export function countMasks(masks: readonly RowMask[], { count, starts, ends }: GroupRanges): Int32Array[] {
  const [first, second, third, fourth] = [0, 1, 2, 3].map((index) => masks[Math.min(index, masks.length - 1)]);
  const counts = new PackedCounts(count);
  for (let group = 0; group < count; group++) {
    const end = ends[group];
    for (let row = starts[group]; row < end; ) {
      const until = Math.min(end, row + ROWS_AT_ONCE);
      let sum = 0;
      for (; row < until; row++) sum = (sum + (first[row] | (second[row] << 8) | (third[row] << 16) | (fourth[row] << 24))) | 0;
      counts.add(group, sum);
    }
  }
  return counts.first(masks.length);
}

/** Four counts per group. */
class PackedCounts {
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  readonly #third: Int32Array;
  readonly #fourth: Int32Array;

  constructor(groups: number) {
    this.#first = new Int32Array(groups);
    this.#second = new Int32Array(groups);
    this.#third = new Int32Array(groups);
    this.#fourth = new Int32Array(groups);
  }

  /** Adds four counts of 8 bits each. */
  add(group: number, packed: number): void {
    this.#first[group] += packed & 255;
    this.#second[group] += (packed >>> 8) & 255;
    this.#third[group] += (packed >>> 16) & 255;
    this.#fourth[group] += packed >>> 24;
  }

  first(tables: number): Int32Array[] {
    return [this.#first, this.#second, this.#third, this.#fourth].slice(0, tables);
  }
}
