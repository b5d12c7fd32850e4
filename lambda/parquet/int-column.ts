import type { IntColumn } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import type { ColumnBuilder } from './column-builder';
import { isDictionaryEncoding, Encoding } from './encoding';
import { plainLayout } from './fixed-width';
import { columnOfRuns, IntRunsBuilder } from './int-runs';
import type { IntegerSource } from './integers';
import { INTEGER_LAYOUT, toDoubles, toWide } from './integers';
import type { Address, Kernels } from './kernels/kernels';
import type { Page } from './page';
import { lookUp64, required, spread64 } from './page';

interface IntDictionary {
  readonly size: number;
  readonly wide: Address;
  readonly doubles: Address;
  /** Whether all entries, used or not, are exact as doubles. */
  readonly exact: boolean;
}

/**
 * Integers as runs of doubles, as long as these are few and no row is null; else as doubles, until a value outside
 * ±(2^53 − 1) turns up: from then on as 64-bit integers.
 */
export class IntColumnBuilder implements ColumnBuilder {
  private runs: IntRunsBuilder | null;
  private values: Float64Array | null = null;
  private wide: BigInt64Array | BigUint64Array | null = null;
  private nulls: Uint8Array | null = null;
  private dictionary: IntDictionary | null = null;

  constructor(
    private readonly source: IntegerSource,
    private readonly rowCount: number,
    private readonly memory: PartMemory,
  ) {
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
    }
    if (page.present === 0) {
      if (this.wide === null) this.doubles.fill(0, firstRow, firstRow + rows);
      else this.wide.fill(0n, firstRow, firstRow + rows);
      return;
    }
    const { doubles, wide } = isDictionaryEncoding(page.encoding) ? this.lookUp(page, required(this.dictionary)) : this.convert(page);
    if (doubles !== null && this.runs?.append(kernels, doubles, rows, firstRow) === true) return;
    this.endRuns();
    if (doubles !== null) kernels.copyOut(spread64(page, doubles, 0), rows, this.doubles, firstRow);
    else kernels.copyOut(spread64(page, wide(), 0), rows, (this.wide ??= this.widened()), firstRow);
  }

  finish(): IntColumn {
    if (this.runs !== null) return columnOfRuns(this.runs.finish(), this.memory);
    return { type: 'INT', values: this.wide ?? this.doubles, nulls: this.nulls };
  }

  /** Rows that were not decoded yet are anything. */
  private get doubles(): Float64Array {
    return (this.values ??= this.memory.doubles(this.rowCount));
  }

  private endRuns(): void {
    this.runs?.spread(this.doubles);
    this.runs = null;
  }

  private setNulls(mask: Uint8Array, row: number): void {
    this.nulls ??= this.memory.bytes(this.rowCount).fill(0);
    this.nulls.set(mask, row);
  }

  private convert({ kernels, encoding, bytes, present }: Page): Values {
    const stored = plainLayout(kernels, encoding, INTEGER_LAYOUT[this.source], bytes, present).byteOffset;
    const wide = toWide(kernels, this.source, stored, present);
    const { doubles, exact } = this.wide === null ? toDoubles(kernels, this.source, wide, present) : { doubles: 0, exact: false };
    return { doubles: exact ? doubles : null, wide: () => wide };
  }

  private lookUp(page: Page, { size, doubles, wide, exact }: IntDictionary): Values {
    let found: Address | null = null;
    if (this.wide === null) {
      found = lookUp64(page, { size, entries: doubles });
      if (!exact && !allSafe(page.kernels.doubles(found, page.present))) found = null;
    }
    return { doubles: found, wide: () => lookUp64(page, { size, entries: wide }) };
  }

  /** What is there so far as 64-bit integers. */
  private widened(): BigInt64Array | BigUint64Array {
    const wide = this.source === 'UINT64' ? new BigUint64Array(this.rowCount) : new BigInt64Array(this.rowCount);
    for (let row = 0; row < this.rowCount; row++) {
      const value = this.doubles[row];
      if (value !== 0 && Number.isSafeInteger(value)) wide[row] = BigInt(value);
    }
    return wide;
  }
}

/** Present values of a page, as doubles where the column still has them so; else as 64-bit integers. */
interface Values {
  readonly doubles: Address | null;
  readonly wide: () => Address;
}

/** What an unused entry of the dictionary stands for must not decide. */
function allSafe(values: Float64Array): boolean {
  let greatest = 0;
  for (const value of values) greatest = Math.max(greatest, Math.abs(value));
  return greatest <= Number.MAX_SAFE_INTEGER;
}
