import type { IntColumn } from '../engine/columns';
import { halvesOf } from '../engine/number-table';
import type { PartMemory } from '../engine/part-memory';
import type { ColumnBuilder } from './column-builder';
import { isDictionaryEncoding } from './encoding';
import type { Integers } from './int-runs';
import { columnOf, columnOfRuns, IntRunsBuilder } from './int-runs';
import { IntegerPages } from './integer-pages';
import type { IntegerSource } from './integers';
import { becameDoubles, toDoubles, toSmall } from './integers';
import type { Address, Kernels } from './kernels/kernels';
import type { Page } from './page';
import { spread } from './page';
import { TimeMarksBuilder } from './time-marks';

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
  private marks: TimeMarksBuilder | null;
  private readonly pages: IntegerPages;

  constructor(
    private readonly source: IntegerSource,
    private readonly rowCount: number,
    private readonly memory: PartMemory,
    use: IntUse,
  ) {
    this.isKey = use === 'key';
    this.marks = use === 'time' && source !== 'UINT64' ? new TimeMarksBuilder(rowCount, memory) : null;
    this.pages = new IntegerPages(source);
    this.runs = rowCount === 0 ? null : new IntRunsBuilder(rowCount, memory);
  }

  setDictionary(kernels: Kernels, bytes: Uint8Array, size: number): void {
    this.pages.setDictionary(kernels, bytes, size);
  }

  clearDictionary(): void {
    this.pages.clearDictionary();
  }

  get rowsSideBySide(): number {
    return this.runs?.rowsTaken ?? 0;
  }

  decode(page: Page): void {
    const { kernels, firstRow, rows, nulls } = page;
    if (nulls !== null) {
      this.marks = null;
      this.setNulls(kernels.bytes(nulls, rows), firstRow);
      this.endRuns();
      this.endSmall();
    }
    if (page.present === 0) {
      halvesOf(this.values).fill(0, 2 * firstRow, 2 * (firstRow + rows));
      return;
    }
    const values = this.valuesOf(page);
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
    // Before they become doubles where they lie.
    if (this.marks?.add(kernels, values.address, firstRow, rows) === false) this.marks = null;
    const converted = this.converted(kernels, values, page.present);
    kernels.copyOut(spread(page, converted, 8, 0), rows, this.values, firstRow);
  }

  finish(): IntColumn {
    if (this.runs !== null) return columnOfRuns(this.runs.finish(this.typed(new Float64Array(0))), this.memory);
    const { small, memory } = this;
    if (small !== null) return columnOf({ small }, () => doublesOf(small, memory));
    const marks = this.marks?.finish() ?? null;
    return { type: 'INT', values: this.values, nulls: this.nulls, ...(marks && { marks }) };
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
    if (!this.isKey || this.rowsSideBySide > 0) return false;
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

  private valuesOf(page: Page): PageIntegers {
    if (!isDictionaryEncoding(page.encoding)) return { address: this.pages.integers(page), isConverted: false };
    this.endSmall();
    if (!this.isWide && this.marks === null) {
      const doubles = this.pages.doubles(page);
      if (doubles !== null) return { address: doubles, isConverted: true };
      this.widen();
    }
    return { address: this.pages.integers(page), isConverted: this.isWide };
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
