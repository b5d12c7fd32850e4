import type { NumericOperator } from '../../query/expanded';
import type { TimeMarks } from '../columns';
import type { GroupRanges } from '../group-selection';
import { KernelInstance, type Address } from './module';

/** Which bits of a row are set by what a column holds there. */
export type BitSource =
  | { readonly kind: 'numbers'; readonly values: Float64Array; readonly nulls: Uint8Array | null; readonly comparisons: readonly NumberComparison[] }
  /** The table's first bits are those of code −1. */
  | { readonly kind: 'codes'; readonly codes: Int32Array; readonly table: Int32Array }
  /** One bit, by its number, where the table has a 1. */
  | { readonly kind: 'many codes'; readonly codes: Int32Array; readonly holds: Uint8Array; readonly bit: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly table: Int32Array };

/** Nulls are only unequal. */
export interface NumberComparison {
  readonly op: NumericOperator;
  readonly operand: number;
  readonly bit: number;
}

/** A bit for rows that have all of some others. */
export interface Conjunction {
  readonly all: number;
  readonly bit: number;
}

/** In the order in which the kernel numbers them. */
const operators: readonly NumericOperator[] = ['==', '!=', '<', '<=', '>', '>='];

/** What a block takes of bits, of one column and of bounds of groups fits into a processor's second cache. */
const ROWS_AT_ONCE = 4096;

/** Rows whose bits, and first rows of as many groups, are taken at once. */
const MARKS_AT_ONCE = 32_768;

/** More than any byte of a column or mask. */
const BYTE_TABLE = 256;

type Extremes = readonly [least: number, greatest: number];

let shared: BlockKernels | null = null;

/** One for all parts, since no part's data stay in it. */
export function blockKernels(): BlockKernels {
  shared ??= new BlockKernels();
  return shared;
}

/** Kernels that walk a part's columns block by block, each block copied to their memory: nothing has to be kept there, and nothing of a row leaves it. */
export class BlockKernels {
  readonly #kernels = new KernelInstance();
  readonly #bits = this.#kernels.allocate(4 * ROWS_AT_ONCE);
  readonly #column = this.#kernels.allocate(8 * ROWS_AT_ONCE);
  readonly #nulls = this.#kernels.allocate(ROWS_AT_ONCE);
  readonly #starts = this.#kernels.allocate(4 * ROWS_AT_ONCE);
  readonly #ends = this.#kernels.allocate(4 * ROWS_AT_ONCE);
  readonly #united = this.#kernels.allocate(4 * ROWS_AT_ONCE);
  readonly #tables = this.#kernels.allocate(0);

  /** Per group the bits that any of its rows has. */
  unite(sources: readonly BitSource[], conjunctions: readonly Conjunction[], { count, starts, ends }: GroupRanges): Int32Array {
    const united = new Int32Array(count);
    this.#kernels.release(this.#tables);
    const tables = sources.map((source) => this.#tableOf(source));
    let first = count === 0 ? 0 : starts[0];
    for (let group = 0; group < count; ) {
      const rows = Math.min(ROWS_AT_ONCE, ends[count - 1] - first);
      this.#fillBits(sources, tables, conjunctions, first, rows);
      const next = firstFrom(starts, first + rows, group, Math.min(count, group + rows));
      this.#kernels.integers(this.#starts, next - group).set(starts.subarray(group, next));
      this.#kernels.integers(this.#ends, next - group).set(ends.subarray(group, next));
      this.#kernels.run.uniteBits(this.#starts, this.#ends, next - group, this.#bits, first, rows, united[group], this.#united);
      united.set(this.#kernels.integers(this.#united, next - group), group);
      // A group that goes on in the next block comes again there, with what it has so far.
      group = ends[next - 1] > first + rows ? next - 1 : next;
      first = group < count ? Math.max(first + rows, starts[group]) : first;
    }
    return united;
  }

  /** Per row its bits, less 1. */
  combine(sources: readonly BitSource[], conjunctions: readonly Conjunction[], rowCount: number): Int32Array {
    const combined = new Int32Array(rowCount);
    this.#kernels.release(this.#tables);
    const tables = sources.map((source) => this.#tableOf(source));
    for (let first = 0; first < rowCount; first += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, rowCount - first);
      this.#fillBits(sources, tables, conjunctions, first, rows);
      const bits = this.#kernels.integers(this.#bits, rows);
      for (let row = 0; row < rows; row++) combined[first + row] = bits[row] - 1;
    }
    return combined;
  }

  /** Groups and rows of each class but 0, at twice its number less 2. */
  countClasses({ count, starts, ends }: GroupRanges, classOf: Uint8Array, classCount: number): Int32Array {
    this.#kernels.release(this.#tables);
    const counted = this.#kernels.allocate(8 * classCount);
    this.#kernels.integers(counted, 2 * classCount).fill(0);
    for (let first = 0; first < count; first += ROWS_AT_ONCE) {
      const groups = Math.min(ROWS_AT_ONCE, count - first);
      this.#kernels.integers(this.#starts, groups).set(starts.subarray(first, first + groups));
      this.#kernels.integers(this.#ends, groups).set(ends.subarray(first, first + groups));
      const classes = this.#kernels.bytes(this.#united, groups + 4);
      classes.set(classOf.subarray(first, first + groups));
      classes.fill(0, groups);
      for (let index = 0; index < classCount; index++) this.#kernels.run.addClass(this.#starts, this.#ends, groups, this.#united, index + 1, counted + 8 * index);
    }
    return this.#kernels.integers(counted, 2 * classCount).slice();
  }

  /** Per count what a table says of it, and of greater ones what it says last. */
  judge(counts: Int32Array, table: Uint8Array): Uint8Array {
    const judged = new Uint8Array(counts.length);
    this.#kernels.release(this.#tables);
    const tableAt = this.#kernels.allocate(table.length);
    this.#kernels.bytes(tableAt, table.length).set(table);
    for (let first = 0; first < counts.length; first += ROWS_AT_ONCE) {
      const groups = Math.min(ROWS_AT_ONCE, counts.length - first);
      this.#kernels.integers(this.#column, groups).set(counts.subarray(first, first + groups));
      this.#kernels.run.judgeCounts(this.#column, groups, tableAt, table.length - 1, this.#united);
      judged.set(this.#kernels.bytes(this.#united, groups), first);
    }
    return judged;
  }

  /** The least magnitude of values but 0, Infinity where there is none, and the greatest; NaN is passed over. */
  magnitudes(values: Float64Array): Extremes {
    this.#kernels.release(this.#tables);
    const extremesAt = this.#kernels.allocate(16);
    const extremes = this.#kernels.doubles(extremesAt, 2);
    extremes.set([Infinity, 0]);
    for (let first = 0; first < values.length; first += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, values.length - first);
      const block = this.#kernels.doubles(this.#column, ROWS_AT_ONCE);
      block.set(values.subarray(first, first + rows));
      block.fill(NaN, rows, rows + 1);
      this.#kernels.run.findMagnitudes(this.#column, rows, extremesAt);
    }
    return [extremes[0], extremes[1]];
  }

  /** @param marks get those of all rows */
  markTimes(times: Float64Array, marks: TimeMarks): void {
    this.#kernels.release(this.#tables);
    const timesAt = this.#kernels.allocate(8 * (1 + ROWS_AT_ONCE));
    const [notLaterAt, earlierAt] = [this.#kernels.allocate(ROWS_AT_ONCE / 8), this.#kernels.allocate(ROWS_AT_ONCE / 8)];
    for (let first = 0; first < times.length; first += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, times.length - first);
      const block = this.#kernels.doubles(timesAt, 1 + ROWS_AT_ONCE);
      block[0] = first === 0 ? NaN : times[first - 1];
      block.set(times.subarray(first, first + rows), 1);
      // Compares as nothing.
      block.fill(NaN, 1 + rows);
      this.#kernels.run.markTimes(timesAt, rows, notLaterAt, earlierAt);
      marks.notLater.set(this.#marksOf(notLaterAt, rows), first / 32);
      marks.earlier.set(this.#marksOf(earlierAt, rows), first / 32);
    }
  }

  /**
   * Marks of rows, a bit each, 32 in an integer, without those of groups' first rows.
   * @param groupStarts row where each group starts, and one last entry: the number of rows
   * @param take is given those of some rows from the first one on, in memory that has others afterwards, until it returns false
   */
  withoutStarts(marks: Int32Array, groupStarts: Int32Array, take: (marks: Int32Array, first: number) => boolean): void {
    let group = 0;
    this.#kernels.release(this.#tables);
    const startsAt = this.#kernels.allocate(4 * MARKS_AT_ONCE);
    const marksAt = this.#kernels.allocate(MARKS_AT_ONCE / 8);
    for (let first = 0; first < 32 * marks.length; first += MARKS_AT_ONCE) {
      const words = Math.min(MARKS_AT_ONCE / 32, marks.length - first / 32);
      const block = this.#kernels.integers(marksAt, words);
      block.set(marks.subarray(first / 32, first / 32 + words));
      const next = firstFrom(groupStarts, first + MARKS_AT_ONCE, group, Math.min(groupStarts.length - 1, group + MARKS_AT_ONCE));
      this.#kernels.integers(startsAt, next - group).set(groupStarts.subarray(group, next));
      this.#kernels.run.clearBits(startsAt, next - group, first, marksAt);
      group = next;
      if (!take(block, first)) return;
    }
  }

  /** Bits of so many rows, with none behind them. */
  #marksOf(at: Address, rows: number): Int32Array {
    const words = Math.ceil(rows / 32);
    this.#kernels.bytes(at, 4 * words).fill(0, Math.ceil(rows / 8));
    return this.#kernels.integers(at, words);
  }

  #tableOf(source: BitSource): Address {
    if (source.kind === 'numbers') return 0;
    if (source.kind === 'many codes') {
      const address = this.#kernels.allocate(source.holds.length);
      this.#kernels.bytes(address, source.holds.length).set(source.holds);
      return address;
    }
    const { table } = source;
    const address = this.#kernels.allocate(4 * Math.max(table.length, BYTE_TABLE));
    this.#kernels.integers(address, table.length).set(table);
    return address;
  }

  #fillBits(sources: readonly BitSource[], tables: readonly Address[], conjunctions: readonly Conjunction[], first: number, rows: number): void {
    this.#kernels.integers(this.#bits, ROWS_AT_ONCE).fill(0);
    sources.forEach((source, index) => { this.#addBits(source, tables[index], first, rows); });
    for (const { all, bit } of conjunctions) this.#kernels.run.addBitOfAll(all, rows, bit, this.#bits);
  }

  #addBits(source: BitSource, table: Address, first: number, rows: number): void {
    const { run } = this.#kernels;
    switch (source.kind) {
      case 'numbers':
        this.#kernels.doubles(this.#column, rows).set(source.values.subarray(first, first + rows));
        if (source.nulls !== null) {
          this.#kernels.bytes(this.#nulls, rows).set(source.nulls.subarray(first, first + rows));
          run.nullNumbers(this.#column, this.#nulls, rows);
        }
        for (const { op, operand, bit } of source.comparisons) run.compareNumbers(this.#column, rows, operators.indexOf(op), operand, bit, this.#bits);
        break;
      case 'codes':
        this.#kernels.integers(this.#column, rows).set(source.codes.subarray(first, first + rows));
        run.addBitsOfCodes(this.#column, rows, table, this.#bits);
        break;
      case 'many codes':
        this.#kernels.integers(this.#column, rows).set(source.codes.subarray(first, first + rows));
        run.addBitOfCodes(this.#column, rows, table, source.bit, this.#bits);
        break;
      case 'bytes':
        this.#kernels.bytes(this.#column, rows).set(source.bytes.subarray(first, first + rows));
        run.addBitsOfBytes(this.#column, rows, table, this.#bits);
    }
  }
}

/** The first place from `low` whose entry is at least `bound`, or `high`; entries ascend. */
function firstFrom(entries: Int32Array, bound: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
