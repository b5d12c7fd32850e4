import type { Column } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import type { PageDecoder } from './column-builder';
import type { Decompress } from './decompress';
import { DECOMPRESSION_REGIONS, decompressionBytes } from './decompress';
import { Encoding } from './encoding';
import { MalformedError, explain } from './errors';
import type { Kernels } from './kernels/kernels';
import { kernelsOfThread } from './kernels/kernels';
import type { Levels } from './levels';
import { readBitPackedLevels, readLevels } from './levels';
import { SCRATCH_PER_ROW, SCRATCH_REGIONS } from './page';
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
  /** Whether rows may be null. */
  readonly optional: boolean;
}

/** What chunks become a column in. */
export interface ChunkTaker {
  /** The memory that is to hold the bytes of the chunks that were taken; null: they may become others. */
  readonly holder: PartMemory | null;
  /** Throws as `readChunk`. */
  take(chunk: Chunk): void;
  /** The column, once all chunks are in. */
  finish(): Column;
}

/** A dictionary's entries as stored, as 64-bit integers and as doubles; or as codes. */
const DICTIONARY_PER_ENTRY = 16;

/** Hands the pages of a chunk to a decoder. Throws a `ParquetError` that names column, row group and page. */
export function readChunk(chunk: Chunk, decoder: PageDecoder): void {
  const { bytes, rows, decompress, optional } = chunk;
  const kernels = kernelsOfThread();
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
      if (header.type === PageType.DICTIONARY) readDictionary(kernels, decompress, header, body, decoder);
      else if (header.type !== PageType.INDEX) {
        if (header.valueCount > rows - rowsRead) throw new MalformedError(`a page of ${header.valueCount} rows, ${rows - rowsRead} are left in the row group`);
        if (header.valueCount > 0) readData({ kernels, decompress, header, body, optional }, decoder, chunk.firstRow + rowsRead);
        rowsRead += header.valueCount;
      }
    }
  });
  decoder.clearDictionary();
}

function readDictionary(kernels: Kernels, decompress: Decompress, header: PageHeader, body: Uint8Array, decoder: PageDecoder): void {
  const { encoding, uncompressedSize, valueCount } = header;
  if (encoding !== Encoding.PLAIN && encoding !== Encoding.PLAIN_DICTIONARY) throw new MalformedError(`a dictionary page in encoding ${encoding}`);
  if (valueCount > uncompressedSize) throw new MalformedError(`a dictionary of ${valueCount} values in ${uncompressedSize} bytes`);
  decompress.check(body.length, uncompressedSize);
  kernels.clear();
  kernels.reserve(decompressionBytes(body.length, uncompressedSize) + valueCount * DICTIONARY_PER_ENTRY, DECOMPRESSION_REGIONS + SCRATCH_REGIONS);
  decoder.setDictionary(kernels, decompress.run(kernels, body, uncompressedSize), valueCount);
  kernels.keep();
}

/** A data page as stored. */
interface StoredPage {
  readonly kernels: Kernels;
  readonly decompress: Decompress;
  readonly header: PageHeader;
  readonly body: Uint8Array;
  /** Whether rows may be null. */
  readonly optional: boolean;
}

function readData(stored: StoredPage, decoder: PageDecoder, firstRow: number): void {
  const { kernels, header, body } = stored;
  const rows = header.valueCount;
  stored.decompress.check(body.length, header.uncompressedSize);
  kernels.reserve(body.length + decompressionBytes(body.length, header.uncompressedSize) + rows * SCRATCH_PER_ROW, 1 + DECOMPRESSION_REGIONS + SCRATCH_REGIONS);
  const read = header.type === PageType.DATA ? readVersion1 : readVersion2;
  decoder.decode({ kernels, encoding: header.encoding, firstRow, rows, ...read(stored) });
}

/** Present values of a page, decompressed, and which rows have none. */
interface PageValues extends Levels {
  readonly bytes: Uint8Array;
}

/** Version 1: everything is compressed; the levels, if any, come first, with their length where it is not implied. */
function readVersion1({ kernels, decompress, header, body, optional }: StoredPage): PageValues {
  const bytes = decompress.run(kernels, body, header.uncompressedSize);
  const rows = header.valueCount;
  if (!optional) return { bytes, present: rows, nulls: null };
  if (header.levelEncoding === Encoding.BIT_PACKED) {
    return { ...readBitPackedLevels(kernels, bytes, rows), bytes: bytes.subarray(Math.ceil(rows / 8)) };
  }
  if (header.levelEncoding !== Encoding.RLE) throw new MalformedError(`definition levels in encoding ${header.levelEncoding}`);
  if (bytes.length < 4) throw new MalformedError('a page too short for its definition levels');
  const end = 4 + ((bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0);
  if (end > bytes.length) throw new MalformedError(`definition levels of ${end - 4} bytes in a page of ${bytes.length}`);
  return { ...readLevels(kernels, bytes.subarray(4, end), rows), bytes: bytes.subarray(end) };
}

/** Version 2: the levels lie before the values, uncompressed and of stated lengths. */
function readVersion2({ kernels, decompress, header, body, optional }: StoredPage): PageValues {
  const { repetitionLevelBytes, definitionLevelBytes, valueCount, uncompressedSize } = header;
  const levelsEnd = repetitionLevelBytes + definitionLevelBytes;
  if (levelsEnd > body.length || levelsEnd > uncompressedSize) throw new MalformedError(`levels of ${levelsEnd} bytes in a page of ${body.length}`);
  const levels = optional
    ? readLevels(kernels, kernels.copyIn(body.subarray(repetitionLevelBytes, levelsEnd)), valueCount)
    : { present: valueCount, nulls: null };
  const values = body.subarray(levelsEnd);
  if (levels.present === 0) return { ...levels, bytes: new Uint8Array(0) };
  const bytes = header.valuesCompressed ? decompress.run(kernels, values, uncompressedSize - levelsEnd) : kernels.copyIn(values);
  return { ...levels, bytes };
}
