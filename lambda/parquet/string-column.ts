import { Codes, MOST_BYTE_CODES } from '../engine/codes';
import type { StringColumn } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import { plainByteArrays } from './byte-arrays';
import type { ColumnBuilder } from './column-builder';
import { Encoding, isDictionaryEncoding } from './encoding';
import type { Address, Kernels } from './kernels/kernels';
import type { LookupTable, Page } from './page';
import { indicesOf, lookUp, required, spread } from './page';
import { StringDictionary } from './string-dictionary';

const NULL = -1;

/** The codes that a chunk's dictionary stands for. */
interface StringCodes {
  readonly size: number;
  /** Null: each index stands for itself. */
  readonly integers: LookupTable | null;
  /** The same as bytes; null where these are not enough. */
  readonly bytes: LookupTable | null;
}

/** Text as codes of one dictionary for the whole column, into which those of the chunks are merged: as bytes as long as these tell them apart. */
export class StringColumnBuilder implements ColumnBuilder {
  private readonly strings = new StringDictionary();
  /** Of the codes, either; neither as long as no page was decoded. */
  private bytes: Uint8Array | null = null;
  private integers: Int32Array | null = null;
  private dictionary: StringCodes | null = null;
  rowsSideBySide = 0;

  constructor(private readonly rowCount: number, private readonly memory: PartMemory) {}

  setDictionary(kernels: Kernels, bytes: Uint8Array, size: number): void {
    const entries = this.codesOf(kernels, Encoding.PLAIN, bytes, size);
    // In most files' first row group every index is its own code.
    const codes = kernels.int32s(entries, size);
    const integers = codes.every((code, index) => code === index) ? null : { size, entries };
    this.dictionary = { size, integers, bytes: this.strings.size > MOST_BYTE_CODES ? null : { size, entries: narrowed(kernels, entries, size) } };
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  decode(page: Page): void {
    this.decodeCodes(page);
    // Those of a dictionary are in its order, and not in that of the rows.
    const { firstRow, rows, nulls, encoding } = page;
    if (firstRow === this.rowsSideBySide && nulls === null && !isDictionaryEncoding(encoding) && this.strings.ascends) this.rowsSideBySide += rows;
  }

  private decodeCodes(page: Page): void {
    const { kernels, encoding, bytes, present, nulls, firstRow, rows } = page;
    if (present === 0) {
      if (this.integers === null) this.narrow().fill(0, firstRow, firstRow + rows);
      else this.integers.fill(NULL, firstRow, firstRow + rows);
      return;
    }
    if (this.integers !== null && nulls === null && !isDictionaryEncoding(encoding)) {
      this.strings.addPlain(plainByteArrays(kernels, encoding, bytes, rows), this.integers.subarray(firstRow, firstRow + rows));
      return;
    }
    const coded = isDictionaryEncoding(encoding) ? required(this.dictionary) : null;
    if (coded?.bytes && this.integers === null) {
      kernels.copyOut(spread(page, lookUp(page, coded.bytes, 1), 1, 0), rows, this.narrow(), firstRow);
      return;
    }
    const codes = spread(page, coded === null ? this.codesOf(kernels, encoding, bytes, present) : codesOfIndices(page, coded), 4, NULL);
    if (this.integers !== null || this.strings.size > MOST_BYTE_CODES) {
      kernels.copyOut(codes, rows, this.wide(), firstRow);
      return;
    }
    kernels.copyOut(narrowed(kernels, codes, rows), rows, this.narrow(), firstRow);
  }

  finish(): StringColumn {
    const distinct = this.strings.strings(this.memory);
    const { recode } = distinct;
    if (recode !== null) {
      const codes = this.wide();
      for (let i = 0; i < codes.length; i++) if (codes[i] !== NULL) codes[i] = recode[codes[i]];
    }
    return { type: 'STRING', codes: this.integers === null ? Codes.ofBytes(this.narrow()) : Codes.ofIntegers(this.integers), get dictionary() { return distinct.strings; } };
  }

  /** Codes as bytes, as long as they are. */
  private narrow(): Uint8Array {
    this.bytes ??= this.memory.bytes(this.rowCount);
    return this.bytes;
  }

  /** Codes as integers, from now on. Rows that were not decoded yet are anything. */
  private wide(): Int32Array {
    if (this.integers !== null) return this.integers;
    const integers = this.memory.integers(this.rowCount);
    const { bytes } = this;
    if (bytes !== null) for (let row = 0; row < integers.length; row++) integers[row] = bytes[row] - 1;
    this.integers = integers;
    return integers;
  }

  /** The code of each value, in the kernels' memory. */
  private codesOf(kernels: Kernels, encoding: number, bytes: Uint8Array, count: number): Address {
    const texts = plainByteArrays(kernels, encoding, bytes, count);
    const codes = kernels.allocate(count * 4);
    this.strings.addPlain(texts, kernels.int32s(codes, count));
    return codes;
  }
}

/** Codes as bytes, in the kernels' memory. */
function narrowed(kernels: Kernels, codes: Address, count: number): Address {
  const bytes = kernels.allocate(count);
  kernels.run.narrowCodes(codes, count, bytes);
  return bytes;
}

function codesOfIndices(page: Page, { size, integers }: StringCodes): Address {
  return integers === null ? indicesOf(page, size) : lookUp(page, integers, 4);
}
