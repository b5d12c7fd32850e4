import type { ColumnType, Numeric } from './expanded';

/** What a query needs to know of a dataset to be checked against it. */
export interface DatasetSchema {
  readonly groupIdColumn: string;
  readonly timestampColumn: string;
  /** Supported columns only, in file order. */
  readonly columns: ReadonlyMap<string, ColumnSchema>;
  /** Of the parts sampled at registration; null where they held no row. */
  readonly minTimestamp: Numeric | null;
  readonly maxTimestamp: Numeric | null;
}

export interface ColumnSchema {
  readonly type: ColumnType;
  /** Dates and timestamps are INT columns in milliseconds since the epoch that also take ISO-8601 strings in filters. */
  readonly logical: 'DATE' | 'TIMESTAMP' | null;
  /** Frequent values of a categorical string column, most frequent first, for forms and editors. */
  readonly topValues?: readonly string[];
}
