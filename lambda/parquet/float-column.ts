import type { FloatColumn } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import type { ColumnBuilder } from './column-builder';
import { Encoding, isDictionaryEncoding } from './encoding';
import type { Address, Kernels } from './kernels/kernels';
import type { Page } from './page';
import { lookUp, required, spread } from './page';

/** Decodes `count` values, `bytes` of a page or dictionary, to doubles in the kernels' memory. */
export type DecodeDoubles = (kernels: Kernels, encoding: number, bytes: Uint8Array, count: number) => Address;

/** Numbers that are stored as doubles, NaN being null. */
export class FloatColumnBuilder implements ColumnBuilder {
  private readonly values: Float64Array;
  private dictionary: { readonly size: number; readonly entries: Address } | null = null;

  constructor(
    private readonly decodeDoubles: DecodeDoubles,
    rowCount: number,
    memory: PartMemory,
  ) {
    this.values = memory.doubles(rowCount);
  }

  setDictionary(kernels: Kernels, bytes: Uint8Array, count: number): void {
    this.dictionary = { size: count, entries: this.decodeDoubles(kernels, Encoding.PLAIN, bytes, count) };
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  decode(page: Page): void {
    const { kernels, encoding, bytes, present, firstRow, rows } = page;
    if (present === 0) {
      this.values.fill(NaN, firstRow, firstRow + rows);
      return;
    }
    const values = isDictionaryEncoding(encoding) ? lookUp(page, required(this.dictionary), 8) : this.decodeDoubles(kernels, encoding, bytes, present);
    kernels.copyOut(spread(page, values, 8, NaN), rows, this.values, firstRow);
  }

  finish(): FloatColumn {
    return { type: 'FLOAT', values: this.values };
  }
}
