import type { Numeric } from '../query/expanded';
import type { ColumnRecord, UnsupportedColumn } from './dataset';

/** What registration learns of one part. Inspections of several parts are merged by the invoker. */
export interface PartInspection {
  readonly rows: number;
  readonly groups: number;
  readonly columns: readonly ColumnInspection[];
  readonly unsupportedColumns: readonly UnsupportedColumn[];
  /** Null where the part holds no row. */
  readonly minTimestamp: Numeric | null;
  readonly maxTimestamp: Numeric | null;
  /** Distinct group IDs, if asked for. */
  readonly groupIds: Float64Array | BigInt64Array | BigUint64Array | readonly string[] | null;
}

export interface ColumnInspection extends Omit<ColumnRecord, 'categories'> {
  /** STRING columns: distinct values, and how many rows the most frequent ones have. */
  readonly strings: {
    readonly distinct: number;
    readonly topValues: readonly { readonly value: string; readonly rows: number }[];
  } | null;
}
