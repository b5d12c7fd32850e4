import type { Codes } from '../codes';
import type { FloatColumn, IntColumn } from '../columns';
import type { GroupRanges } from '../group-selection';
import type { Split } from '../split-sums';
import { borrowKernels, returnKernels, type Address } from './module';

/** Room for what kernels look up and count per code and class; what needs more is left to the loops in TypeScript. */
const TABLE_BYTES = 256 * 1024;
const BYTES_PER_SUM = 32;

/** More than a table of a byte for each code takes. */
const CODES_BYTES = 512;

/** As much as a table of 32 bits for each code takes. */
const BITS_BYTES = 1024;

/** Counts per group and code are kept where they take no more than so many bytes per row: as much as a column of numbers. */
const KEPT_COUNTS_BYTES = 8;

/** Queries that only come once are not to wait for counts to be kept. */
const USES_BEFORE_KEPT = 3;

/** Of so many groups one each is looked at, to guess how many rows each class has. */
const SAMPLED_GROUPS = 1024;

/** A class that no group is of. */
const NO_CLASS = -1;

/** Rows of some groups as kernels find them. */
interface Bounds {
  readonly starts: Address;
  readonly ends: Address;
}

/** Sums over all groups. */
interface Totals {
  readonly split: Split;
  readonly sums: Float64Array;
}

/**
 * The engine's inner loops as WebAssembly, which takes half the time of what V8 makes of them, and copies of a part's columns in
 * the memory they run on: made once per part, of those columns that queries use. Its memory serves another part in the end.
 */
export class PartKernels {
  readonly #kernels = borrowKernels();
  readonly #groups: number;
  readonly #starts: Address;
  readonly #someStarts: Address;
  readonly #someEnds: Address;
  readonly #classes: Address;
  readonly #perGroup: Address;
  readonly #tables: Address;
  readonly #codes = new Map<Codes, Address>();
  readonly #values = new Map<Float64Array, Address>();
  readonly #counts = new Map<Codes, { uses: number; address: Address | null }>();
  readonly #totals = new Map<Codes, Map<Float64Array, Totals>>();

  /** @throws RangeError where there is no memory to be had. @param groupStarts and a last entry, the number of rows */
  constructor(groupStarts: Int32Array) {
    this.#groups = groupStarts.length - 1;
    this.#starts = this.#kernels.allocate(groupStarts.byteLength);
    this.#someStarts = this.#kernels.allocate(4 * this.#groups);
    this.#someEnds = this.#kernels.allocate(4 * this.#groups);
    this.#classes = this.#kernels.allocate(this.#groups);
    this.#perGroup = this.#kernels.allocate(4 * evenFours(this.#groups));
    this.#tables = this.#kernels.allocate(TABLE_BYTES);
    this.#kernels.integers(this.#starts, groupStarts.length).set(groupStarts);
  }

  /** Gives its memory back: nothing is asked of it afterwards. */
  end(): void {
    returnKernels(this.#kernels);
  }

  /** As `plainSteps`, of all groups and without a look at ties. @param bits per code and null, which is first */
  findSteps(codes: Codes, bits: Int32Array, groups: GroupRanges): Uint8Array {
    const codesAt = this.#codesAt(codes);
    const { starts, ends } = this.#bounds(groups);
    this.#kernels.integers(this.#tables, bits.length).set(bits);
    this.#kernels.run.findSteps(starts, ends, groups.count, codesAt, this.#tables, bits.length, this.#tables + BITS_BYTES, this.#perGroup);
    return this.#kernels.bytes(this.#perGroup, groups.count).slice();
  }

  /** Per group the rows whose code has 1 in the table. @param table of all codes and null, which is first */
  countCodes(codes: Codes, table: Uint8Array, groups: GroupRanges): Int32Array {
    const codesAt = this.#codesAt(codes);
    const countsAt = this.#countsAt(codes, codesAt, table.length, groups);
    if (countsAt !== null) {
      this.#kernels.integers(this.#perGroup, groups.count).fill(0);
      table.forEach((wanted, code) => {
        if (wanted === 1) this.#kernels.run.addCounts(this.#countsOfCode(countsAt, code), groups.count, this.#perGroup);
      });
      return this.#kernels.integers(this.#perGroup, groups.count).slice();
    }
    this.#kernels.bytes(this.#tables, table.length).set(table);
    if (groups.numbers === null) this.#kernels.run.countCodesOfAll(this.#starts, groups.count, codesAt, this.#tables, this.#tables + CODES_BYTES, this.#perGroup);
    else {
      const { starts, ends } = this.#bounds(groups);
      this.#kernels.run.countCodes(starts, ends, groups.count, codesAt, this.#tables, this.#perGroup);
    }
    return this.#kernels.integers(this.#perGroup, groups.count).slice();
  }

  /** As `countValues`; null for too many classes. @param width codes and null */
  countValues(codes: Codes, width: number, groups: GroupRanges, classOf: Uint8Array, classCount: number): { rows: Int32Array; groups: Int32Array } | null {
    const entries = classCount * width;
    if (4 * (2 * entries + width) > TABLE_BYTES) return null;
    const codesAt = this.#codesAt(codes);
    const countsAt = this.#countsAt(codes, codesAt, width, groups);
    this.#kernels.bytes(this.#classes, groups.count).set(classOf);
    if (countsAt !== null) return this.#countsOfClasses(countsAt, width, classCount);
    const { starts, ends } = this.#bounds(groups);
    const table = this.#kernels.integers(this.#tables, 2 * entries + width).fill(0, 0, 2 * entries).fill(-1, 2 * entries);
    this.#kernels.run.countValues(starts, ends, groups.count, codesAt, this.#classes, width, this.#tables, this.#tables + 4 * entries, this.#tables + 8 * entries);
    return { rows: table.slice(0, entries), groups: table.slice(entries, 2 * entries) };
  }

  #countsOfClasses(countsAt: Address, width: number, classCount: number): { rows: Int32Array; groups: Int32Array } {
    const [rows, groups] = [new Int32Array(classCount * width), new Int32Array(classCount * width)];
    const result = this.#kernels.integers(this.#tables, 2);
    for (let place = 0; place < rows.length; place++) {
      const ofClass = Math.floor(place / width) + 1;
      this.#kernels.run.countsOfClass(this.#countsOfCode(countsAt, place % width), this.#groups, this.#classes, ofClass, this.#tables);
      [rows[place], groups[place]] = result;
    }
    return { rows, groups };
  }

  /**
   * Per class and code three parts of a sum and a count, for rows with a number and then for those without; null for too many classes.
   * The class that seems to have most rows is what is left of the sums over all groups, which are kept, when the others are taken away:
   * exactly, as all sums of these parts are exact.
   */
  sumSplit(codes: Codes, width: number, summed: IntColumn | FloatColumn, split: Split, groups: GroupRanges, classOf: Uint8Array, classCount: number): Float64Array | null {
    const bytes = (classCount + 1) * width * BYTES_PER_SUM;
    if (2 * bytes > TABLE_BYTES || !(summed.values instanceof Float64Array)) return null;
    const codesAt = this.#codesAt(codes);
    const valuesAt = this.#valuesAt(summed.values, summed.type === 'INT' ? summed.nulls : null);
    const { starts, ends } = this.#bounds(groups);
    const largest = groups.numbers === null ? largestClass(groups, classOf, classCount) : 0;
    const totals = this.#totalsOf(codes, summed.values, split);
    const leftOut = largest > 0 && totals === null ? NO_CLASS : largest;
    this.#kernels.bytes(this.#classes, groups.count).set(classOf);
    const sums = this.#kernels.doubles(this.#tables, bytes / 4).fill(0);
    this.#kernels.run.sumSplit(starts, ends, groups.count, codesAt, valuesAt, this.#classes, leftOut, width, split.upper, split.lower, this.#tables, bytes);
    const ofClass = (width * BYTES_PER_SUM) / 8;
    if (leftOut === NO_CLASS) this.#keepTotals(codes, summed.values, { split, sums: sumOfClasses(sums, ofClass) });
    else if (leftOut > 0 && totals !== null) {
      const others = sumOfClasses(sums, ofClass);
      for (let place = 0; place < others.length; place++) {
        const half = place < ofClass ? 0 : sums.length / 2 - ofClass;
        sums[half + leftOut * ofClass + place] = totals.sums[place] - others[place];
      }
    }
    const wanted = new Float64Array(2 * classCount * ofClass);
    wanted.set(sums.subarray(ofClass, sums.length / 2));
    wanted.set(sums.subarray(sums.length / 2 + ofClass), wanted.length / 2);
    return wanted;
  }

  #totalsOf(codes: Codes, values: Float64Array, { upper, lower }: Split): Totals | null {
    const totals = this.#totals.get(codes)?.get(values);
    return totals !== undefined && totals.split.upper === upper && totals.split.lower === lower ? totals : null;
  }

  #keepTotals(codes: Codes, values: Float64Array, totals: Totals): void {
    const ofCodes = this.#totals.get(codes) ?? new Map<Float64Array, Totals>();
    this.#totals.set(codes, ofCodes.set(values, totals));
  }

  /** Where rows per code and group are kept, all rows of each group; null where groups are not whole, it would take too much, or it is too soon. */
  #countsAt(codes: Codes, codesAt: Address, width: number, groups: GroupRanges): Address | null {
    const bytes = 4 * width * evenFours(this.#groups);
    if (groups.numbers !== null || bytes > KEPT_COUNTS_BYTES * codes.length) return null;
    const kept = this.#counts.get(codes) ?? { uses: 0, address: null };
    this.#counts.set(codes, kept);
    if (kept.address !== null || ++kept.uses < USES_BEFORE_KEPT) return kept.address;
    kept.address = this.#kernels.allocate(bytes);
    this.#kernels.bytes(kept.address, bytes).fill(0);
    this.#kernels.run.countGroups(this.#starts, this.#starts + 4, this.#groups, codesAt, evenFours(this.#groups), kept.address);
    return kept.address;
  }

  /** Of counts that are kept, where those of a code are. */
  #countsOfCode(countsAt: Address, code: number): Address {
    return countsAt + 4 * code * evenFours(this.#groups);
  }

  #bounds({ starts, ends, numbers }: GroupRanges): Bounds {
    if (numbers === null) return { starts: this.#starts, ends: this.#starts + 4 };
    this.#kernels.integers(this.#someStarts, starts.length).set(starts);
    this.#kernels.integers(this.#someEnds, ends.length).set(ends);
    return { starts: this.#someStarts, ends: this.#someEnds };
  }

  #codesAt(codes: Codes): Address {
    const known = this.#codes.get(codes);
    if (known !== undefined) return known;
    // As many as are looked up at once.
    const address = this.#kernels.allocate(16 * Math.ceil(codes.length / 16));
    this.#kernels.bytes(address, codes.length).set(codes.bytes);
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

/** Kernels that take four at a time need room for the last four. */
function evenFours(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/** The class that has most rows of some groups. */
function largestClass({ count, starts, ends }: GroupRanges, classOf: Uint8Array, classCount: number): number {
  const rows = new Int32Array(classCount + 1);
  const step = Math.ceil(count / SAMPLED_GROUPS);
  for (let group = 0; group < count; group += step) rows[classOf[group]] += ends[group] - starts[group];
  return rows.indexOf(Math.max(...rows));
}

/** Of sums per class, in two halves, those of all classes together. */
function sumOfClasses(sums: Float64Array, ofClass: number): Float64Array {
  const all = new Float64Array(2 * ofClass);
  const half = sums.length / 2;
  for (let place = 0; place < sums.length; place++) all[(place < half ? 0 : ofClass) + (place % ofClass)] += sums[place];
  return all;
}
