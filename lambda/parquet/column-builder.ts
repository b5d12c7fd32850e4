import type { Column } from '../engine/columns';

/**
 * Gathers one column. Pages are decoded densely (present values only) to where their rows begin, then spread to the rows
 * that are not null: nothing is buffered in between. Row groups may come in any order.
 */
export interface ColumnBuilder {
  /** Takes a chunk's dictionary: `count` PLAIN values. */
  setDictionary(bytes: Uint8Array, count: number): void;
  /** Forgets the dictionary, at the end of a chunk. */
  clearDictionary(): void;
  /** Decodes `count` present values (at least one) to the rows from `row`. */
  decode(encoding: number, bytes: Uint8Array, count: number, row: number): void;
  /** Moves the `present` values at `row` to those of the `rows` rows whose byte in `nulls` is 0, and marks the others null. */
  spread(nulls: Uint8Array, row: number, rows: number, present: number): void;
  /** The column, once all chunks are in. `nulls` has a 1 per null row, and is null where there is none. */
  finish(nulls: Uint8Array | null): Column;
}

type Rows = Float64Array | Int32Array | Uint8Array;

/** The work of `ColumnBuilder.spread`: from the end, so that no value is overwritten before it has been moved. */
export function spreadValues(values: Rows, nullValue: number, nulls: Uint8Array, row: number, rows: number, present: number): void {
  let from = row + present;
  for (let i = row + rows - 1; i >= row; i--) values[i] = nulls[i] === 1 ? nullValue : values[--from];
}

/** The same for 64-bit integers, whose null value is 0. */
export function spreadWideValues(values: BigInt64Array | BigUint64Array, nulls: Uint8Array, row: number, rows: number, present: number): void {
  // As words, since a BigInt per value costs far more.
  const words = new Int32Array(values.buffer);
  let from = row + present;
  for (let i = row + rows - 1; i >= row; i--) {
    const isNull = nulls[i] === 1;
    if (!isNull) from--;
    words[2 * i] = isNull ? 0 : words[2 * from];
    words[2 * i + 1] = isNull ? 0 : words[2 * from + 1];
  }
}
