import type { ColumnType, Numeric } from '../query/expanded';

/** Everything known of a registered dataset. The registry holds one per name; registering again replaces it. */
export interface DatasetRecord {
  readonly id: DatasetId;
  /** Folder or `s3://bucket/prefix` that the part names are relative to. */
  readonly basepath: string;
  readonly groupIdColumn: string;
  readonly timestampColumn: string;
  /** In name order. */
  readonly parts: readonly PartFile[];
  readonly schema: DatasetSchemaRecord;
}

export interface DatasetId {
  readonly name: string;
  /** ISO-8601, UTC. Name and time of registration together identify a version of a dataset. */
  readonly registeredAt: string;
}

/** One Parquet file as it was when registered. */
export interface PartFile {
  /** Relative to the dataset's base path. */
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  /** Changes whenever the content does: S3's ETag, or size and modification time of a local file. */
  readonly etag: string;
}

/** What the sampled parts showed at registration. */
export interface DatasetSchemaRecord {
  /** Supported columns, in file order. */
  readonly columns: readonly ColumnRecord[];
  readonly unsupportedColumns: readonly UnsupportedColumn[];
  /** Null where the sampled parts held no row. */
  readonly minTimestamp: Numeric | null;
  readonly maxTimestamp: Numeric | null;
}

export interface ColumnRecord {
  readonly name: string;
  readonly type: ColumnType;
  readonly logical: 'DATE' | 'TIMESTAMP' | null;
  /** The type as the Parquet file states it, for people: `int64`, `timestamp[ms]`, `string`, `decimal(18,2)`, … */
  readonly dtypeName: string;
  /** Whether the file's writer marked the column as categorical (pandas, Arrow and Polars dictionaries). */
  readonly sourceCategorical: boolean;
  /** INT and FLOAT columns with any value: smallest and greatest of the sampled parts. */
  readonly range: { readonly min: Numeric; readonly max: Numeric } | null;
  /** STRING columns with few enough distinct values: see `categorical`. */
  readonly categories: Categories | null;
}

export interface Categories {
  /** Distinct values / rows. */
  readonly uniqueRatio: number;
  /** Most frequent first; share of the sampled rows, 0 to 1. */
  readonly topValues: readonly { readonly value: string; readonly share: number }[];
}

export interface UnsupportedColumn {
  readonly name: string;
  /** For people: why it cannot be queried, for example `list<int32>` or `binary without a string annotation`. */
  readonly reason: string;
}
