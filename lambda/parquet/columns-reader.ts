import type { CompressionCodec } from 'hyparquet';
import type { Column } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import type { ByteRange, CoalescedRange } from './byte-ranges';
import { coalesce } from './byte-ranges';
import type { ByteSource } from './byte-source';
import type { ChunkTaker } from './chunk-reader';
import type { ColumnUses } from './chunk-takers';
import { chunkTakers } from './chunk-takers';
import type { Decompress } from './decompress';
import { decompressorFor } from './decompress';
import { ParquetError, explain } from './errors';
import type { Footer } from './footer';
import { plainBytes } from './footer';
import { releaseKernels } from './kernels/kernels';
import { refuseBeyond } from './memory-needed';
import { readAhead, roomsOf } from './read-ahead';
import type { ChunkLocation, RowGroupRows } from './row-groups';
import { locateChunk } from './row-groups';
import type { FlatColumn } from './schema';

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

interface WantedChunk extends ChunkLocation {
  readonly column: FlatColumn;
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
  const ranges = coalesce(located.flatMap(({ column, chunks }) => chunks.map((chunk): WantedChunk => ({ ...chunk, column }))));
  const takerOf = chunkTakers(rowCount, roomsOf(ranges), memory, uses);
  const takers = new Map(columns.map((column) => [column.name, explain(source.name, () => placeOf(column), () => takerOf(column))]));
  const decode = (range: CoalescedRange<WantedChunk>, bytes: Uint8Array): PartMemory | null => {
    const wanted = groupIdsFirst(range.wanted, uses.times?.onlyOrderWithin ?? null);
    for (const chunk of wanted) decodeChunk(chunk, bytes.subarray(chunk.start - range.start, chunk.end - range.start), decompressors, source.name, takers.get(chunk.column.name));
    return wanted.map(({ column }) => takers.get(column.name)?.holder ?? null).find((holder) => holder !== null) ?? null;
  };
  await readAhead(ranges, (range, room) => bytesOf(range, room, source, footer), decode).finally(releaseKernels);
  return new Map(Array.from(takers, ([name, taker]) => [name, explain(source.name, () => placeOf({ name }), () => taker.finish())]));
}

/** They tell whether times, which may lie before them, need not be decoded. */
function groupIdsFirst(wanted: readonly WantedChunk[], name: string | null): readonly WantedChunk[] {
  return wanted.toSorted((left, right) => Number(right.column.name === name) - Number(left.column.name === name));
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

function decodeChunk({ column, rowGroup, firstRow, rows, codec }: WantedChunk, bytes: Uint8Array, decompressors: ReadonlyMap<CompressionCodec, Decompress>, file: string, taker: ChunkTaker | undefined): void {
  const decompress = decompressors.get(codec);
  if (decompress !== undefined) taker?.take({ file, column: column.name, rowGroup, firstRow, rows, decompress, optional: column.optional, bytes });
}
