import type { Codes } from './codes';

/**
 * Columns of one part, decoded, one entry per row. The engine, the Parquet reader and the part cache share these types.
 * Typed arrays only: nothing here is allocated per row.
 */
export type Column = IntColumn | FloatColumn | BoolColumn | StringColumn;

export interface IntColumn {
  readonly type: 'INT';
  /**
   * A Float64Array where every value lies within ±2^53 and so is exact (never −0), else 64-bit integers.
   * The value under a null is 0.
   */
  readonly values: Float64Array | BigInt64Array | BigUint64Array;
  /** 1 where the row is null, else 0; null where no row is. */
  readonly nulls: Uint8Array | null;
  /** The same as runs, where the reader found few; `values` are then written out once they are asked for. */
  readonly runs?: IntRuns;
  /** Of times, where the reader was asked for them. */
  readonly marks?: TimeMarks;
  /** Bytes of the file that are held until somebody asks for `values`, which are decoded then. */
  readonly heldBytes?: number;
  /** The same as integers of 32 bits, where the reader was asked for those; `values` are then made once they are asked for. */
  readonly small?: Int32Array;
}

/** How rows' times stand to those of the rows before: a bit each, 32 in an integer, the lowest first. */
export interface TimeMarks {
  /** Rows that are not later. */
  readonly notLater: Int32Array;
  /** Of these, rows that are earlier. */
  readonly earlier: Int32Array;
}

/** What tells a column's rows apart, in its smallest form: codes, integers of 32 bits, or values. */
export function rowKeysOf(column: IntColumn | StringColumn): Int32Array | IntColumn['values'] {
  return column.type === 'STRING' ? column.codes.integers : (column.small ?? column.values);
}

/** Values of rows side by side, as bits different from those of the row before and of the row behind. */
export interface IntRuns {
  /** Row where each run starts, and one last entry: the number of rows. */
  readonly starts: Int32Array;
  /** Per run, as rows would have it. */
  readonly values: IntColumn['values'];
  /** Whether each value is known to be above the one before, so that none comes again. */
  readonly ascend: boolean;
}

export interface FloatColumn {
  readonly type: 'FLOAT';
  /** NaN is null. */
  readonly values: Float64Array;
}

export interface BoolColumn {
  readonly type: 'BOOL';
  /** 0 false, 1 true, 2 null. */
  readonly values: Uint8Array;
}

export interface StringColumn {
  readonly type: 'STRING';
  /** Per row the index into `dictionary`. */
  readonly codes: Codes;
  /** Distinct strings; some may be used by no row. */
  readonly dictionary: readonly string[];
}
