import type { ColumnBuilder } from './column-builder';
import type { Decompress } from './decompress';
import { Encoding } from './encoding';
import { MalformedError, explain } from './errors';
import type { NullMask } from './null-mask';
import type { PageHeader } from './page-header';
import { PageType, readPageHeader } from './page-header';

/** One column's bytes in one row group, and where they go. */
export interface Chunk {
  readonly file: string;
  readonly column: string;
  readonly rowGroup: number;
  readonly bytes: Uint8Array;
  readonly firstRow: number;
  readonly rows: number;
  readonly decompress: Decompress;
}

/** Present values of a page, decompressed, and how many there are. */
interface PageValues {
  readonly bytes: Uint8Array;
  readonly present: number;
}

/**
 * Decodes the pages of a chunk into `builder`, and into `nulls` which rows have no value (null for a required column).
 * Throws a `ParquetError` that names column, row group and page.
 */
export function readChunk(chunk: Chunk, builder: ColumnBuilder, nulls: NullMask | null): void {
  const { bytes, rows, firstRow } = chunk;
  let page = 0;
  let position = 0;
  let rowsRead = 0;
  const place = (): string => `column ${JSON.stringify(chunk.column)}, row group ${chunk.rowGroup}, page ${page}`;
  explain(chunk.file, place, () => {
    for (; rowsRead < rows; page++) {
      if (position >= bytes.length) throw new MalformedError(`the column chunk ends after ${rowsRead} of ${rows} rows`);
      const header = readPageHeader(bytes, position, bytes.length);
      position = header.bodyStart + header.compressedSize;
      if (position > bytes.length) throw new MalformedError(`a page of ${header.compressedSize} bytes, ${bytes.length - header.bodyStart} are left in the column chunk`);
      const body = bytes.subarray(header.bodyStart, position);
      if (header.type === PageType.DICTIONARY) readDictionary(header, body, chunk.decompress, builder);
      else if (header.type !== PageType.INDEX) {
        if (header.valueCount > rows - rowsRead) throw new MalformedError(`a page of ${header.valueCount} rows, ${rows - rowsRead} are left in the row group`);
        if (header.valueCount > 0) readData(header, body, chunk.decompress, builder, nulls, firstRow + rowsRead);
        rowsRead += header.valueCount;
      }
    }
  });
  builder.clearDictionary();
}

function readDictionary(header: PageHeader, body: Uint8Array, decompress: Decompress, builder: ColumnBuilder): void {
  if (header.encoding !== Encoding.PLAIN && header.encoding !== Encoding.PLAIN_DICTIONARY) {
    throw new MalformedError(`a dictionary page in encoding ${header.encoding}`);
  }
  builder.setDictionary(decompress(body, header.uncompressedSize), header.valueCount);
}

function readData(header: PageHeader, body: Uint8Array, decompress: Decompress, builder: ColumnBuilder, nulls: NullMask | null, row: number): void {
  const rows = header.valueCount;
  const { bytes, present } = header.type === PageType.DATA
    ? valuesOfVersion1(header, decompress(body, header.uncompressedSize), nulls, row)
    : valuesOfVersion2(header, body, decompress, nulls, row);
  if (present > 0) builder.decode(header.encoding, bytes, present, row);
  if (nulls !== null && present < rows) builder.spread(nulls.mask, row, rows, present);
}

/** Version 1: everything is compressed; the levels, if any, come first, with their length where it is not implied. */
function valuesOfVersion1(header: PageHeader, bytes: Uint8Array, nulls: NullMask | null, row: number): PageValues {
  const rows = header.valueCount;
  if (nulls === null) return { bytes, present: rows };
  if (header.levelEncoding === Encoding.BIT_PACKED) {
    const present = nulls.readBitPacked(bytes, 0, bytes.length, row, rows);
    return { bytes: bytes.subarray(Math.ceil(rows / 8)), present };
  }
  if (header.levelEncoding !== Encoding.RLE) throw new MalformedError(`definition levels in encoding ${header.levelEncoding}`);
  if (bytes.length < 4) throw new MalformedError('a page too short for its definition levels');
  const end = 4 + ((bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0);
  if (end > bytes.length) throw new MalformedError(`definition levels of ${end - 4} bytes in a page of ${bytes.length}`);
  return { present: nulls.readHybrid(bytes, 4, end, row, rows), bytes: bytes.subarray(end) };
}

/** Version 2: the levels lie before the values, uncompressed and of stated lengths. */
function valuesOfVersion2(header: PageHeader, body: Uint8Array, decompress: Decompress, nulls: NullMask | null, row: number): PageValues {
  const { repetitionLevelBytes, definitionLevelBytes, valueCount, uncompressedSize } = header;
  const levelsEnd = repetitionLevelBytes + definitionLevelBytes;
  if (levelsEnd > body.length || levelsEnd > uncompressedSize) throw new MalformedError(`levels of ${levelsEnd} bytes in a page of ${body.length}`);
  const present = nulls === null ? valueCount : nulls.readHybrid(body, repetitionLevelBytes, levelsEnd, row, valueCount);
  const values = body.subarray(levelsEnd);
  if (present === 0) return { bytes: values, present };
  return { bytes: header.valuesCompressed ? decompress(values, uncompressedSize - levelsEnd) : values, present };
}
