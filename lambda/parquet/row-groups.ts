import type { ColumnChunk, CompressionCodec, RowGroup } from 'hyparquet';
import { MalformedError } from './errors';
import type { FlatColumn, Schema } from './schema';

/** What Float64Array and Int32Array can index, and more than a part should ever have. */
const MOST_ROWS = 2 ** 31 - 1;
/** The file begins with its magic number. */
const FIRST_BYTE = 4;

export interface RowGroupRows {
  /** Position in the file. */
  readonly index: number;
  readonly columns: readonly ColumnChunk[];
  readonly firstRow: number;
  readonly rows: number;
}

/** Where a column's pages of one row group lie in the file. */
export interface ChunkLocation {
  readonly rowGroup: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly codec: CompressionCodec;
  /** Bytes of the pages once decompressed; only as good as the footer. */
  readonly uncompressedSize: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The row groups, checked against the schema. The file's own number of rows is not looked at: some writers leave it at 0
 * (fixture pt-repeated-no-annotation), and every chunk is held to its row group's.
 */
export function readRowGroups(groups: readonly RowGroup[], schema: Schema): { rowGroups: RowGroupRows[]; rowCount: number } {
  let rowCount = 0;
  const rowGroups = groups.map(({ columns, num_rows }, index) => {
    if (columns.length !== schema.leafCount) throw new MalformedError(`row group ${index} has ${columns.length} column chunks, the schema ${schema.leafCount} columns`);
    const rows = wholeNumber(num_rows, `number of rows of row group ${index}`);
    const firstRow = rowCount;
    rowCount += rows;
    return { index, columns, firstRow, rows };
  });
  if (rowCount > MOST_ROWS) throw new MalformedError(`${rowCount} rows, at most ${MOST_ROWS} can be read`);
  return { rowGroups, rowCount };
}

/** The row groups as if there were no others: their rows are numbered anew. */
export function renumber(rowGroups: readonly RowGroupRows[]): RowGroupRows[] {
  let firstRow = 0;
  return rowGroups.map((group) => {
    const renumbered = { ...group, firstRow };
    firstRow += group.rows;
    return renumbered;
  });
}

/** Whether a column's values in a row group are stored without a dictionary, for all that the footer tells. */
export function hasNoDictionary({ leaf }: FlatColumn, { columns }: RowGroupRows): boolean {
  const { meta_data } = columns[leaf];
  return meta_data !== undefined && (meta_data.dictionary_page_offset ?? 0n) === 0n && !(meta_data.encodings as readonly string[] | undefined)?.some((encoding) => encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY');
}

/** Where the column's chunk lies in a row group. `dataEnd`: where the footer begins. */
export function locateChunk(column: FlatColumn, group: RowGroupRows, dataEnd: number): ChunkLocation {
  const { file_path, meta_data, crypto_metadata } = group.columns[column.leaf];
  if (file_path !== undefined && file_path !== '') throw new MalformedError(`its data lie in another file, ${JSON.stringify(file_path)}`);
  if (crypto_metadata !== undefined) throw new MalformedError('it is encrypted');
  if (meta_data === undefined) throw new MalformedError('it has no metadata (an encrypted column?)');
  if (meta_data.type !== column.physicalType) throw new MalformedError(`stored as ${meta_data.type}, ${column.physicalType} by the schema`);
  if (meta_data.codec === undefined) throw new MalformedError('compressed by a codec unknown to this reader');
  const values = wholeNumber(meta_data.num_values, 'number of values');
  if (values !== group.rows) throw new MalformedError(`${values} values in ${group.rows} rows`);
  const dataPage = wholeNumber(meta_data.data_page_offset, 'offset of the first data page');
  const dictionaryPage = wholeNumber(meta_data.dictionary_page_offset ?? 0, 'offset of the dictionary page');
  // Some writers leave the dictionary's offset out, or put 0; the data page's is then that of the dictionary.
  const start = dictionaryPage > 0 ? Math.min(dictionaryPage, dataPage) : dataPage;
  const size = wholeNumber(meta_data.total_compressed_size, 'size');
  const end = start + size;
  if (start < FIRST_BYTE || end > dataEnd) throw new MalformedError(`bytes ${start} to ${end} where column data lie between ${FIRST_BYTE} and ${dataEnd}`);
  return { rowGroup: group.index, firstRow: group.firstRow, rows: group.rows, codec: meta_data.codec, uncompressedSize: Math.max(size, Number(meta_data.total_uncompressed_size)) || size, start, end };
}

/** A 64-bit integer of the footer, which has to be a count or an offset. */
function wholeNumber(value: unknown, meaning: string): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw new MalformedError(`${meaning}: ${String(value)}`);
  return number;
}
