import type { Column } from '../engine/columns';
import { PartMemory } from '../engine/part-memory';
import type { ColumnType } from '../query/expanded';
import type { ByteSource } from './byte-source';
import { pandasCategoricals } from './categoricals';
import type { ColumnUses } from './chunk-takers';
import type { ReadableRows } from './columns-reader';
import { readColumns } from './columns-reader';
import { ParquetError, explain } from './errors';
import { readFooter } from './footer';
import type { Timeframe } from './row-group-statistics';
import { hasNoNulls, mayHaveRowsWithin } from './row-group-statistics';
import { hasNoDictionary, readRowGroups, renumber } from './row-groups';
import type { FlatColumn, Schema } from './schema';
import { readSchema } from './schema';

export { ParquetError } from './errors';
export { PartTooLargeError } from './memory-needed';
export type { ColumnUses } from './chunk-takers';
export type { TextTest } from './text-tests';
export type { Timeframe } from './row-group-statistics';

/** A column that can be read and queried. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Dates and timestamps are INT columns of whole milliseconds since the epoch, UTC. */
  readonly logical: 'DATE' | 'TIMESTAMP' | null;
  /** The type in the file: `int64`, `uint8`, `timestamp[us]`, `decimal(18,2)`, `string` … */
  readonly dtypeName: string;
  /** Whether the writer declared it categorical: a pandas categorical or a Parquet ENUM. */
  readonly sourceCategorical: boolean;
}

/** An open Parquet file: its footer has been read, its data are read on demand. */
export interface ParquetFile {
  readonly rowCount: number;
  /** Whether these are all rows of the file: not where `within` has left some out. What is kept of them is not the file's. */
  readonly complete: boolean;
  /** Columns that can be read, in file order. */
  readonly columns: readonly ParquetColumn[];
  /** All others: nested columns, bytes that are no text, types that have no counterpart here. */
  readonly unsupportedColumns: readonly { readonly name: string; readonly reason: string }[];
  /**
   * Decodes columns, each with `rowCount` entries, in the order of `names`. Reads each byte range once, some 8 MiB at a time
   * and a few ahead of the decoding; data of columns that lie near each other come with one read.
   * @param memory where columns are put; default: memory of their own
   * @param uses of columns of which less is asked than their values; default: none
   * @throws ParquetError where the file has no such column, or its data are damaged; PartTooLargeError, before anything is
   *   read, where the columns would not fit into the memory limit; errors of the source pass through
   */
  readColumns(names: readonly string[], memory?: PartMemory, uses?: ColumnUses): Promise<Column[]>;
  /**
   * The file without the row groups that have no row in the timeframe, as the statistics in its footer tell: nothing is read.
   * Rows outside the timeframe remain, in the other groups. Does nothing for want of statistics, or for a column of floats.
   * @throws ParquetError where the file has no such column
   */
  within(timeframe: Timeframe): ParquetFile;
  /**
   * Whether a column's values are stored without a dictionary in each row group, for all that the footer tells. Writers do without one where most values are different, unless they were told to.
   * @throws ParquetError where the file has no such column
   */
  hasNoDictionary(name: string): boolean;
  /**
   * Whether a column has no nulls for all that the footer tells: nothing is read.
   * @throws ParquetError where the file has no such column
   */
  hasNoNulls(name: string): boolean;
}

export interface ReadOptions {
  /** Bytes that reading columns may take, results included; default: no limit. */
  readonly memoryLimit?: number;
}

/**
 * Opens a Parquet file: one read of its last 64 KiB, and another where its footer is larger.
 * @throws ParquetError where it is not a Parquet file that can be read; errors of the source pass through
 */
export async function openParquet(source: ByteSource, { memoryLimit = Infinity }: ReadOptions = {}): Promise<ParquetFile> {
  const footer = await readFooter(source);
  return explain(source.name, () => 'its footer is inconsistent', () => {
    const { metadata } = footer;
    const schema = readSchema(metadata.schema);
    const categoricals = pandasCategoricals(metadata.key_value_metadata);
    const columns = schema.flat.map(({ name, type, logical, dtypeName }) => ({
      name, type, logical, dtypeName, sourceCategorical: dtypeName === 'enum' || categoricals.has(name),
    }));
    return fileOf({ source, footer, memoryLimit, ...readRowGroups(metadata.row_groups, schema) }, schema, columns, true);
  });
}

function fileOf(rows: ReadableRows, schema: Schema, columns: readonly ParquetColumn[], complete: boolean): ParquetFile {
  const file: ParquetFile = {
    rowCount: rows.rowCount,
    complete,
    columns,
    unsupportedColumns: schema.unsupported,
    readColumns: async (names, memory = new PartMemory(), uses = {}) => {
      const decoded = await readColumns(rows, columnsNamed([...new Set(names)], schema, rows.source.name), memory, uses);
      return names.flatMap((name) => decoded.get(name) ?? []);
    },
    within: (timeframe) => {
      const [column] = columnsNamed([timeframe.column], schema, rows.source.name);
      const wanted = rows.rowGroups.filter((group) => mayHaveRowsWithin(timeframe, column, group));
      if (wanted.length === rows.rowGroups.length) return file;
      const rowCount = wanted.reduce((sum, group) => sum + group.rows, 0);
      return fileOf({ ...rows, rowGroups: renumber(wanted), rowCount }, schema, columns, false);
    },
    hasNoDictionary: (name) => {
      const [column] = columnsNamed([name], schema, rows.source.name);
      return rows.rowGroups.every((group) => hasNoDictionary(column, group));
    },
    hasNoNulls: (name) => {
      const [column] = columnsNamed([name], schema, rows.source.name);
      return rows.rowGroups.every((group) => hasNoNulls(column, group));
    },
  };
  return file;
}

function columnsNamed(names: readonly string[], schema: Schema, file: string): FlatColumn[] {
  return names.map((name) => {
    const column = schema.flat.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    const reason = schema.unsupported.find((candidate) => candidate.name === name)?.reason;
    throw new ParquetError(file, reason === undefined ? `it has no column ${JSON.stringify(name)}` : `column ${JSON.stringify(name)} is of an unsupported type: ${reason}`);
  });
}
