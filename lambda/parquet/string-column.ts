import type { StringColumn } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import { plainByteArrays } from './byte-arrays';
import type { ColumnBuilder } from './column-builder';
import { Encoding, isDictionaryEncoding } from './encoding';
import type { Address, Kernels } from './kernels/kernels';
import type { LookupTable, Page } from './page';
import { lookUp32, required, spread32 } from './page';
import { StringDictionary } from './string-dictionary';

const NULL = -1;

/** Text as codes of one dictionary for the whole column, into which those of the chunks are merged. */
export class StringColumnBuilder implements ColumnBuilder {
  private readonly codes: Int32Array;
  private readonly strings = new StringDictionary();
  private dictionary: LookupTable | null = null;

  constructor(rowCount: number, private readonly memory: PartMemory) {
    this.codes = memory.integers(rowCount);
  }

  setDictionary(kernels: Kernels, bytes: Uint8Array, size: number): void {
    const entries = this.codesOf(kernels, Encoding.PLAIN, bytes, size);
    // In most files' first row group every index is its own code.
    const identical = kernels.int32s(entries, size).every((code, index) => code === index);
    this.dictionary = { size, entries: identical ? null : entries };
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  decode(page: Page): void {
    const { kernels, encoding, bytes, present, nulls, firstRow, rows } = page;
    if (present === 0) {
      this.codes.fill(NULL, firstRow, firstRow + rows);
      return;
    }
    if (nulls === null && !isDictionaryEncoding(encoding)) {
      this.strings.addPlain(plainByteArrays(kernels, encoding, bytes, rows), this.codes.subarray(firstRow, firstRow + rows));
      return;
    }
    const codes = isDictionaryEncoding(encoding) ? lookUp32(page, required(this.dictionary)) : this.codesOf(kernels, encoding, bytes, present);
    kernels.copyOut(spread32(page, codes, NULL), rows, this.codes, firstRow);
  }

  finish(): StringColumn {
    const { codes } = this;
    const distinct = this.strings.strings(this.memory);
    const { recode } = distinct;
    if (recode !== null) for (let i = 0; i < codes.length; i++) if (codes[i] !== NULL) codes[i] = recode[codes[i]];
    return { type: 'STRING', codes, get dictionary() { return distinct.strings; } };
  }

  /** The code of each value, in the kernels' memory. */
  private codesOf(kernels: Kernels, encoding: number, bytes: Uint8Array, count: number): Address {
    const texts = plainByteArrays(kernels, encoding, bytes, count);
    const codes = kernels.allocate(count * 4);
    this.strings.addPlain(texts, kernels.int32s(codes, count));
    return codes;
  }
}
