import type { CompressionCodec } from 'hyparquet';
import type { Column } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import { BoolColumnBuilder } from './bool-column';
import type { ByteRange, CoalescedRange } from './byte-ranges';
import { coalesce } from './byte-ranges';
import type { ByteSource } from './byte-source';
import { readChunk } from './chunk-reader';
import type { ColumnBuilder } from './column-builder';
import { decodeDecimals } from './decimals';
import type { Decompress } from './decompress';
import { decompressorFor } from './decompress';
import { ParquetError, explain } from './errors';
import { FloatColumnBuilder } from './float-column';
import { decodeFloats } from './floats';
import type { Footer } from './footer';
import { plainBytes } from './footer';
import { IntColumnBuilder } from './int-column';
import { JudgedTextColumnBuilder } from './judged-text-column';
import { releaseKernels } from './kernels/kernels';
import { refuseBeyond } from './memory-needed';
import { readAhead } from './read-ahead';
import type { ChunkLocation, RowGroupRows } from './row-groups';
import { locateChunk } from './row-groups';
import type { FlatColumn } from './schema';
import { StringColumnBuilder } from './string-column';
import type { TextTest } from './text-tests';

/** What is asked of columns, where it is less than their values. */
export interface ColumnUses {
  /** Columns that only serve to tell rows apart: their integers of 32 bits are kept as such. */
  readonly keys?: ReadonlySet<string>;
  /** A column of times, of which is marked which rows are not later than the row before, where its integers are doubles without nulls. */
  readonly times?: string;
  /** Columns of text of which only tests are asked, by name, and the memory for them. @see JudgedTextColumnBuilder */
  readonly judged?: { readonly tests: ReadonlyMap<string, readonly TextTest[]>; readonly memory: PartMemory };
}

/** What columns are read of. */
export interface ReadableRows {
  readonly source: ByteSource;
  readonly footer: Footer;
  readonly rowGroups: readonly RowGroupRows[];
  readonly rowCount: number;
  /** Bytes. */
  readonly memoryLimit: number;
}

interface LocatedColumn {
  readonly column: FlatColumn;
  readonly chunks: readonly ChunkLocation[];
}

interface ColumnInProgress {
  readonly name: string;
  readonly builder: ColumnBuilder;
  readonly optional: boolean;
}

interface WantedChunk extends ChunkLocation {
  readonly column: ColumnInProgress;
}

/**
 * Reads and decodes columns, all different; by name.
 * @param memory for what they hold
 * @param uses of columns of which less is asked than their values
 */
export async function readColumns(rows: ReadableRows, columns: readonly FlatColumn[], memory: PartMemory, uses: ColumnUses): Promise<ReadonlyMap<string, Column>> {
  const { source, footer, rowCount, memoryLimit } = rows;
  const located = columns.map((column) => ({ column, chunks: chunksOf(column, rows) }));
  refuseBeyond(memoryLimit, source.name, rowCount, located);
  const decompressors = await decompressorsFor(located, source.name);
  const inProgress: ColumnInProgress[] = [];
  const wanted: WantedChunk[] = [];
  for (const { column, chunks } of located) {
    const started = explain(source.name, () => placeOf(column), () => ({
      name: column.name, builder: builderFor(column, rowCount, memory, uses), optional: column.optional,
    }));
    inProgress.push(started);
    for (const chunk of chunks) wanted.push({ ...chunk, column: started });
  }
  await readAhead(coalesce(wanted), (range, room) => bytesOf(range, room, source, footer), (range, bytes) => decode(range, bytes, decompressors, source.name)).finally(releaseKernels);
  return new Map(inProgress.map((column) => [column.name, explain(source.name, () => placeOf(column), () => column.builder.finish())]));
}

function placeOf({ name }: { readonly name: string }): string {
  return `column ${JSON.stringify(name)}`;
}

function chunksOf(column: FlatColumn, { source, footer, rowGroups }: ReadableRows): ChunkLocation[] {
  return explain(source.name, () => placeOf(column), () => rowGroups.flatMap((group) => (group.rows === 0 ? [] : [locateChunk(column, group, footer.start)])));
}

async function decompressorsFor(columns: readonly LocatedColumn[], file: string): Promise<Map<CompressionCodec, Decompress>> {
  const decompressors = new Map<CompressionCodec, Decompress>();
  for (const { column, chunks } of columns) {
    for (const { codec } of chunks) {
      if (decompressors.has(codec)) continue;
      const decompress = await decompressorFor(codec);
      if (decompress === null) throw new ParquetError(file, `${placeOf(column)} is compressed with ${codec}, which this reader does not read`);
      decompressors.set(codec, decompress);
    }
  }
  return decompressors;
}

async function bytesOf({ start, end }: ByteRange, room: Uint8Array, source: ByteSource, { tail, tailStart }: Footer): Promise<Uint8Array> {
  if (start >= tailStart) return tail.subarray(start - tailStart, end - tailStart);
  return plainBytes(await source.read(start, end, room));
}

function decode(range: CoalescedRange<WantedChunk>, bytes: Uint8Array, decompressors: ReadonlyMap<CompressionCodec, Decompress>, file: string): void {
  for (const { column, rowGroup, firstRow, rows, codec, start, end } of range.wanted) {
    const decompress = decompressors.get(codec);
    if (decompress === undefined) continue;
    const chunk = { file, column: column.name, rowGroup, firstRow, rows, decompress, optional: column.optional, bytes: bytes.subarray(start - range.start, end - range.start) };
    readChunk(chunk, column.builder);
  }
}

function builderFor({ name, decoding }: FlatColumn, rowCount: number, memory: PartMemory, { keys, times, judged }: ColumnUses): ColumnBuilder {
  switch (decoding.kind) {
    case 'INTEGER':
      return new IntColumnBuilder(decoding.source, rowCount, memory, keys?.has(name) === true ? 'key' : times === name ? 'time' : null);
    case 'FLOAT':
      return new FloatColumnBuilder(decodeFloats[decoding.source], rowCount, memory);
    case 'DECIMAL':
      return new FloatColumnBuilder(decodeDecimals(decoding.layout, decoding.scale), rowCount, memory);
    case 'BOOLEAN':
      return new BoolColumnBuilder(rowCount, memory);
    case 'TEXT': {
      const tests = judged?.tests.get(name);
      return judged === undefined || tests === undefined ? new StringColumnBuilder(rowCount, memory) : new JudgedTextColumnBuilder(tests, rowCount, judged.memory);
    }
  }
}
