import type { IntColumn } from '../engine/columns';
import { halvesOf } from '../engine/number-table';
import type { PartMemory } from '../engine/part-memory';
import type { ColumnBuilder } from './column-builder';
import { isDictionaryEncoding, Encoding } from './encoding';
import { plainLayout } from './fixed-width';
import type { Integers } from './int-runs';
import { columnOf, columnOfRuns, IntRunsBuilder } from './int-runs';
import type { IntegerSource } from './integers';
import { becameDoubles, INTEGER_LAYOUT, toDoubles, toSmall, toWide } from './integers';
import type { Address, Kernels } from './kernels/kernels';
import { NotLaterMarks } from './not-later-marks';
import type { Page } from './page';
import { lookUp, required, spread } from './page';

interface IntDictionary {
  readonly size: number;
  readonly wide: Address;
  readonly doubles: Address;
  /** Whether all entries, used or not, are exact as doubles. */
  readonly exact: boolean;
}

/** Whether a column only tells rows apart, or says when they happened. */
export type IntUse = 'key' | 'time' | null;

/** Values of a page in the kernels' memory, 64 bits each. */
interface PageIntegers {
  readonly address: Address;
  /** Whether they are of the column's type. */
  readonly isConverted: boolean;
}

/**
 * Integers as runs, as long as these are few and no row is null; else by row. As doubles until a value outside ±(2^53 − 1) turns up:
 * from then on as 64-bit integers. A key's are kept as integers of 32 bits, if all are such, none null, and none from a dictionary.
 */
export class IntColumnBuilder implements ColumnBuilder {
  private runs: IntRunsBuilder | null;
  private isWide = false;
  private small: Int32Array | null = null;
  private rowValues: Integers | null = null;
  private nulls: Uint8Array | null = null;
  private isKey: boolean;
  private marks: NotLaterMarks | null;
  private dictionary: IntDictionary | null = null;

  constructor(
    private readonly source: IntegerSource,
    private readonly rowCount: number,
    private readonly memory: PartMemory,
    use: IntUse,
  ) {
    this.isKey = use === 'key';
    this.marks = use === 'time' ? new NotLaterMarks(rowCount, memory) : null;
    this.runs = rowCount === 0 ? null : new IntRunsBuilder(rowCount, memory);
  }

  setDictionary(kernels: Kernels, bytes: Uint8Array, size: number): void {
    const stored = plainLayout(kernels, Encoding.PLAIN, INTEGER_LAYOUT[this.source], bytes, size).byteOffset;
    const wide = toWide(kernels, this.source, stored, size);
    this.dictionary = { size, wide, ...toDoubles(kernels, this.source, wide, size) };
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  decode(page: Page): void {
    const { kernels, firstRow, rows, nulls } = page;
    if (nulls !== null) {
      this.setNulls(kernels.bytes(nulls, rows), firstRow);
      this.endRuns();
      this.endSmall();
    }
    if (page.present === 0) {
      halvesOf(this.values).fill(0, 2 * firstRow, 2 * (firstRow + rows));
      return;
    }
    const values = isDictionaryEncoding(page.encoding) ? this.lookUp(page, required(this.dictionary)) : this.stored(page);
    const runs = this.runs?.find(kernels, values.address, rows, firstRow) ?? null;
    if (runs !== null) {
      // Of these there are fewer to be converted.
      const ofRuns = this.converted(kernels, { ...values, address: runs.values }, runs.count);
      this.runs?.append(kernels, { ...runs, values: ofRuns }, !this.isWide);
      return;
    }
    if (this.keepsSmall(page, values)) return;
    this.endRuns();
    this.endSmall();
    const converted = this.converted(kernels, values, page.present);
    this.mark(page, converted);
    kernels.copyOut(spread(page, converted, 8, 0), rows, this.values, firstRow);
  }

  finish(): IntColumn {
    if (this.runs !== null) return columnOfRuns(this.runs.finish(this.typed(new Float64Array(0))), this.memory);
    const { small, memory } = this;
    if (small !== null) return columnOf({ small }, () => doublesOf(small, memory));
    const notLater = this.marks?.finish() ?? null;
    return { type: 'INT', values: this.values, nulls: this.nulls, ...(notLater && { notLater }) };
  }

  /** Only of doubles, of which none are null, in the order of the rows. */
  private mark({ kernels, nulls, firstRow, rows }: Page, converted: Address): void {
    if (nulls === null && !this.isWide && this.marks?.add(kernels, converted, firstRow, rows) === true) return;
    this.marks = null;
  }

  /** Rows that were not decoded yet are anything. */
  private get values(): Integers {
    return (this.rowValues ??= this.typed(this.memory.doubles(this.rowCount)));
  }

  /** The same memory as the column's type of values. */
  private typed(doubles: Float64Array): Integers {
    if (!this.isWide) return doubles;
    const { buffer, byteOffset, length } = doubles;
    return this.source === 'UINT64' ? new BigUint64Array(buffer, byteOffset, length) : new BigInt64Array(buffer, byteOffset, length);
  }

  /** Takes a page of integers of 32 bits, where all before it are such. */
  private keepsSmall({ kernels, firstRow, rows }: Page, { address }: PageIntegers): boolean {
    if (!this.isKey || this.runs?.isEmpty === false) return false;
    const small = toSmall(kernels, this.source, address, rows);
    if (small === null) return false;
    this.runs = null;
    this.small ??= this.memory.integers(this.rowCount);
    kernels.copyOut(small, rows, this.small, firstRow);
    return true;
  }

  /** The rows that are there become doubles, and whatever follows is none of 32 bits. */
  private endSmall(): void {
    this.isKey = false;
    if (this.small === null) return;
    this.rowValues = doublesOf(this.small, this.memory);
    this.small = null;
  }

  private endRuns(): void {
    this.runs?.spread(this.values);
    this.runs = null;
  }

  private setNulls(mask: Uint8Array, row: number): void {
    this.nulls ??= this.memory.bytes(this.rowCount).fill(0);
    this.nulls.set(mask, row);
  }

  /** Present values of a page as they are stored, 64 bits each. */
  private stored({ kernels, encoding, bytes, present }: Page): PageIntegers {
    const stored = plainLayout(kernels, encoding, INTEGER_LAYOUT[this.source], bytes, present).byteOffset;
    return { address: toWide(kernels, this.source, stored, present), isConverted: false };
  }

  /** The same of a page that has places in the dictionary. */
  private lookUp(page: Page, { size, doubles, wide, exact }: IntDictionary): PageIntegers {
    this.endSmall();
    if (!this.isWide) {
      const address = lookUp(page, { size, entries: doubles }, 8);
      if (exact || allSafe(page.kernels.doubles(address, page.present))) return { address, isConverted: true };
      this.widen();
    }
    return { address: lookUp(page, { size, entries: wide }, 8), isConverted: true };
  }

  /** Some of a page's values, of the column's type. */
  private converted(kernels: Kernels, { address, isConverted }: PageIntegers, count: number): Address {
    if (isConverted || this.isWide || becameDoubles(kernels, this.source, address, count)) return address;
    const { doubles, exact } = toDoubles(kernels, this.source, address, count);
    if (exact) return doubles;
    this.widen();
    return address;
  }

  /** What is there so far becomes 64-bit integers, and whatever follows. */
  private widen(): void {
    this.isWide = true;
    this.runs?.widen();
    if (this.rowValues !== null) this.rowValues = widened(this.rowValues, this.typed(this.memory.doubles(this.rowCount)));
  }
}

function doublesOf(small: Int32Array, memory: PartMemory): Float64Array {
  const doubles = memory.doubles(small.length);
  doubles.set(small);
  return doubles;
}

/** @param wide gets the values that are there; rows that were not decoded yet are anything */
function widened(values: Integers, wide: Integers): Integers {
  for (let row = 0; row < values.length; row++) wide[row] = Number.isSafeInteger(values[row]) ? BigInt(values[row]) : 0n;
  return wide;
}

/** What an unused entry of the dictionary stands for must not decide. */
function allSafe(values: Float64Array): boolean {
  let greatest = 0;
  for (const value of values) greatest = Math.max(greatest, Math.abs(value));
  return greatest <= Number.MAX_SAFE_INTEGER;
}
