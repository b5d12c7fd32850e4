import type { FloatColumn, IntColumn } from '../columns';
import type { GroupRanges } from '../group-selection';
import type { Split } from '../split-sums';
import { KernelInstance, type Address } from './module';

/** Values of a column that fit into a byte beside the code of null. */
export const MAX_BYTE_CODES = 255;

/** Room for what kernels look up and count per code and class; what needs more is left to the loops in TypeScript. */
const TABLE_BYTES = 256 * 1024;
const BYTES_PER_SUM = 32;

/** Rows of some groups as kernels find them. */
interface Bounds {
  readonly starts: Address;
  readonly ends: Address;
}

/**
 * The engine's inner loops as WebAssembly, which takes half the time of what V8 makes of them, and copies of a part's columns in
 * the memory they run on: made once per part, of those columns that queries use. Its memory ends with the part.
 */
export class PartKernels {
  readonly #kernels = new KernelInstance();
  readonly #groups: number;
  readonly #starts: Address;
  readonly #someStarts: Address;
  readonly #someEnds: Address;
  readonly #classes: Address;
  readonly #perGroup: Address;
  readonly #tables: Address;
  readonly #codes = new Map<Int32Array, Address>();
  readonly #values = new Map<Float64Array, Address>();

  /** @throws RangeError where there is no memory to be had. @param groupStarts and a last entry, the number of rows */
  constructor(groupStarts: Int32Array) {
    this.#groups = groupStarts.length - 1;
    this.#starts = this.#kernels.allocate(groupStarts.byteLength);
    this.#someStarts = this.#kernels.allocate(4 * this.#groups);
    this.#someEnds = this.#kernels.allocate(4 * this.#groups);
    this.#classes = this.#kernels.allocate(this.#groups);
    this.#perGroup = this.#kernels.allocate(4 * this.#groups);
    this.#tables = this.#kernels.allocate(TABLE_BYTES);
    this.#kernels.integers(this.#starts, groupStarts.length).set(groupStarts);
  }

  /** As `plainSteps`, of all groups and without a look at ties. @param bits per code and null, which is first */
  findSteps(codes: Int32Array, bits: Int32Array, groups: GroupRanges): Uint8Array {
    const codesAt = this.#codesAt(codes);
    const { starts, ends } = this.#bounds(groups);
    this.#kernels.integers(this.#tables, bits.length).set(bits);
    this.#kernels.run.findSteps(starts, ends, groups.count, codesAt, this.#tables, this.#perGroup);
    return this.#kernels.bytes(this.#perGroup, groups.count).slice();
  }

  /** Per group the rows whose code has 1 in the table. @param table of all codes and null, which is first */
  countCodes(codes: Int32Array, table: Uint8Array, groups: GroupRanges): Int32Array {
    const codesAt = this.#codesAt(codes);
    const { starts, ends } = this.#bounds(groups);
    this.#kernels.bytes(this.#tables, table.length).set(table);
    this.#kernels.run.countCodes(starts, ends, groups.count, codesAt, this.#tables, this.#perGroup);
    return this.#kernels.integers(this.#perGroup, groups.count).slice();
  }

  /** As `countValues`; null for too many classes. @param width codes and null */
  countValues(codes: Int32Array, width: number, groups: GroupRanges, classOf: Uint8Array, classCount: number): { rows: Int32Array; groups: Int32Array } | null {
    const entries = classCount * width;
    if (4 * (2 * entries + width) > TABLE_BYTES) return null;
    const codesAt = this.#codesAt(codes);
    const { starts, ends } = this.#bounds(groups);
    this.#kernels.bytes(this.#classes, groups.count).set(classOf);
    const table = this.#kernels.integers(this.#tables, 2 * entries + width).fill(0, 0, 2 * entries).fill(-1, 2 * entries);
    this.#kernels.run.countValues(starts, ends, groups.count, codesAt, this.#classes, width, this.#tables, this.#tables + 4 * entries, this.#tables + 8 * entries);
    return { rows: table.slice(0, entries), groups: table.slice(entries, 2 * entries) };
  }

  /** Per class and code three parts of a sum and a count, for rows with a number and then for those without; null for too many classes. */
  sumSplit(codes: Int32Array, width: number, summed: IntColumn | FloatColumn, { upper, lower }: Split, groups: GroupRanges, classOf: Uint8Array, classCount: number): Float64Array | null {
    const bytes = classCount * width * BYTES_PER_SUM;
    if (2 * bytes > TABLE_BYTES || !(summed.values instanceof Float64Array)) return null;
    const codesAt = this.#codesAt(codes);
    const valuesAt = this.#valuesAt(summed.values, summed.type === 'INT' ? summed.nulls : null);
    const { starts, ends } = this.#bounds(groups);
    this.#kernels.bytes(this.#classes, groups.count).set(classOf);
    const sums = this.#kernels.doubles(this.#tables, bytes / 4).fill(0);
    this.#kernels.run.sumSplit(starts, ends, groups.count, codesAt, valuesAt, this.#classes, width, upper, lower, this.#tables, bytes);
    return sums.slice();
  }

  #bounds({ starts, ends, numbers }: GroupRanges): Bounds {
    if (numbers === null) return { starts: this.#starts, ends: this.#starts + 4 };
    this.#kernels.integers(this.#someStarts, starts.length).set(starts);
    this.#kernels.integers(this.#someEnds, ends.length).set(ends);
    return { starts: this.#someStarts, ends: this.#someEnds };
  }

  #codesAt(codes: Int32Array): Address {
    const known = this.#codes.get(codes);
    if (known !== undefined) return known;
    const address = this.#kernels.allocate(codes.length);
    const bytes = this.#kernels.bytes(address, codes.length);
    for (let row = 0; row < codes.length; row++) bytes[row] = codes[row] + 1;
    this.#codes.set(codes, address);
    return address;
  }

  /** Nulls become NaN, whatever the column has there. */
  #valuesAt(values: Float64Array, nulls: Uint8Array | null): Address {
    const known = this.#values.get(values);
    if (known !== undefined) return known;
    const address = this.#kernels.allocate(values.byteLength);
    const copy = this.#kernels.doubles(address, values.length);
    copy.set(values);
    if (nulls !== null) for (let row = 0; row < nulls.length; row++) if (nulls[row] === 1) copy[row] = NaN;
    this.#values.set(values, address);
    return address;
  }
}
