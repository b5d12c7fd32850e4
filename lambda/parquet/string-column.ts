import type { StringColumn } from '../engine/columns';
import { locateByteArrays } from './byte-arrays';
import type { ColumnBuilder } from './column-builder';
import { spreadValues } from './column-builder';
import { required } from './dictionary-indices';
import { Encoding, isDictionaryEncoding } from './encoding';
import { decodeDictionaryIndices } from './rle';
import { StringDictionary } from './string-dictionary';

const NULL = -1;

interface ChunkDictionary {
  /** The column's code for each index of the chunk's dictionary. */
  readonly codes: Int32Array;
  /** Whether every index is its own code, as in most files' first row group. */
  readonly identical: boolean;
}

/** Text as codes of one dictionary for the whole column, into which those of the chunks are merged. */
export class StringColumnBuilder implements ColumnBuilder {
  private readonly codes: Int32Array;
  private readonly strings = new StringDictionary();
  private dictionary: ChunkDictionary | null = null;

  constructor(rowCount: number) {
    this.codes = new Int32Array(rowCount);
  }

  setDictionary(bytes: Uint8Array, count: number): void {
    const codes = new Int32Array(count);
    this.addAll(Encoding.PLAIN, bytes, count, codes, 0);
    this.dictionary = { codes, identical: codes.every((code, index) => code === index) };
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  decode(encoding: number, bytes: Uint8Array, count: number, row: number): void {
    if (!isDictionaryEncoding(encoding)) {
      this.addAll(encoding, bytes, count, this.codes, row);
      return;
    }
    const dictionary = required(this.dictionary);
    decodeDictionaryIndices(bytes, dictionary.codes.length, count, this.codes, row);
    if (!dictionary.identical) recode(this.codes, row, count, dictionary.codes);
  }

  spread(nulls: Uint8Array, row: number, rows: number, present: number): void {
    spreadValues(this.codes, NULL, nulls, row, rows, present);
  }

  finish(): StringColumn {
    const { strings, recode: codes } = this.strings.strings();
    if (codes !== null) for (let i = 0; i < this.codes.length; i++) if (this.codes[i] !== NULL) this.codes[i] = codes[this.codes[i]];
    return { type: 'STRING', codes: this.codes, dictionary: strings };
  }

  private addAll(encoding: number, bytes: Uint8Array, count: number, out: Int32Array, offset: number): void {
    const { bytes: text, starts, ends } = locateByteArrays(encoding, bytes, count);
    for (let i = 0; i < count; i++) out[offset + i] = this.strings.add(text, starts[i], ends[i]);
  }
}

function recode(codes: Int32Array, row: number, count: number, newCodes: Int32Array): void {
  for (let i = row; i < row + count; i++) codes[i] = newCodes[codes[i]];
}
