import { LimitError } from '../query/errors';
import { LARGEST_JOINT } from './byte-ranges';
import { RANGES_AHEAD } from './read-ahead';
import type { ChunkLocation } from './row-groups';
import type { FlatColumn } from './schema';

/** Columns are held twice for a while: as the file has them, and by group and time. */
const COPIES = 2;
/** Texts thrice: as bytes, in the table by which they are found, and as strings. */
const TEXT_COPIES = 3;
const MEBIBYTE = 2 ** 20;

/** A column and where its data lie. */
export interface SizedColumn {
  readonly column: FlatColumn;
  readonly chunks: readonly ChunkLocation[];
}

/** A part whose columns would not fit into memory. Nothing of them has been read; another attempt ends no better. */
export class PartTooLargeError extends LimitError {
  /**
   * @param file the file's path or URL
   * @param needed bytes that the columns take, about
   * @param limit bytes that there are
   */
  constructor(
    file: string,
    readonly needed: number,
    readonly limit: number,
    rows: number,
    columns: number,
  ) {
    super(
      `${file} needs about ${mebibytes(needed)} MiB of memory for ${columns} ${columns === 1 ? 'column' : 'columns'} of ${rows.toLocaleString('en-US')} rows, and ${mebibytes(limit)} MiB are available: `
      + 'write the dataset as more and smaller parts, name fewer columns in the query, or give the workers more memory',
      'result',
    );
  }
}

/** @throws PartTooLargeError where reading the columns would take more than `limit` bytes */
export function refuseBeyond(limit: number, file: string, rows: number, columns: readonly SizedColumn[]): void {
  const needed = memoryNeeded(rows, columns);
  if (needed > limit) throw new PartTooLargeError(file, needed, limit, rows, columns.length);
}

/**
 * Bytes that reading takes at most, about: the decoded columns twice, the distinct texts (no more than what all pages of text
 * hold) thrice, and the chunks that are under way, the largest of them decompressed as well.
 */
export function memoryNeeded(rows: number, columns: readonly SizedColumn[]): number {
  const chunks = columns.flatMap((column) => column.chunks);
  const width = columns.reduce((sum, { column }) => sum + widthOf(column), 0);
  const text = columns.filter(({ column }) => column.type === 'STRING').flatMap((column) => column.chunks).reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  const stored = chunks.reduce((sum, { start, end }) => sum + end - start, 0);
  const largest = chunks.reduce((most, { start, end }) => Math.max(most, end - start), LARGEST_JOINT);
  const decompressed = chunks.reduce((most, { uncompressedSize }) => Math.max(most, uncompressedSize), 0);
  return rows * width * COPIES + text * TEXT_COPIES + Math.min(stored, largest * (RANGES_AHEAD + 1)) + decompressed;
}

/** Bytes per row, those of the mask of nulls included. */
function widthOf({ type, optional }: FlatColumn): number {
  switch (type) {
    case 'INT':
    case 'FLOAT':
      return optional ? 9 : 8;
    case 'STRING':
      return optional ? 5 : 4;
    case 'BOOL':
      return optional ? 2 : 1;
  }
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / MEBIBYTE).toLocaleString('en-US');
}
