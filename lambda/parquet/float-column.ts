import type { FloatColumn } from '../engine/columns';
import type { ColumnBuilder } from './column-builder';
import { spreadValues } from './column-builder';
import { DictionaryIndices, required } from './dictionary-indices';
import { Encoding, isDictionaryEncoding } from './encoding';

/** Decodes `count` present values of a page to doubles from `offset`. */
export type DecodeDoubles = (encoding: number, bytes: Uint8Array, count: number, out: Float64Array, offset: number) => void;

/** Numbers that are stored as doubles, NaN being null. */
export class FloatColumnBuilder implements ColumnBuilder {
  private readonly values: Float64Array;
  private readonly indices = new DictionaryIndices();
  private dictionary: Float64Array | null = null;

  constructor(
    private readonly decodeDoubles: DecodeDoubles,
    rowCount: number,
  ) {
    this.values = new Float64Array(rowCount);
  }

  setDictionary(bytes: Uint8Array, count: number): void {
    this.dictionary = new Float64Array(count);
    this.decodeDoubles(Encoding.PLAIN, bytes, count, this.dictionary, 0);
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  decode(encoding: number, bytes: Uint8Array, count: number, row: number): void {
    if (!isDictionaryEncoding(encoding)) {
      this.decodeDoubles(encoding, bytes, count, this.values, row);
      return;
    }
    const dictionary = required(this.dictionary);
    const indices = this.indices.decode(bytes, dictionary.length, count);
    const values = this.values;
    for (let i = 0; i < count; i++) values[row + i] = dictionary[indices[i]];
  }

  spread(nulls: Uint8Array, row: number, rows: number, present: number): void {
    spreadValues(this.values, NaN, nulls, row, rows, present);
  }

  finish(): FloatColumn {
    return { type: 'FLOAT', values: this.values };
  }
}
