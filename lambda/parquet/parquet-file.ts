import type { CompressionCodec } from 'hyparquet';
import type { Column } from '../engine/columns';
import type { ColumnType } from '../query/expanded';
import { BoolColumnBuilder } from './bool-column';
import type { ByteRange, CoalescedRange } from './byte-ranges';
import { coalesce } from './byte-ranges';
import type { ByteSource } from './byte-source';
import { pandasCategoricals } from './categoricals';
import { readChunk } from './chunk-reader';
import type { ColumnBuilder } from './column-builder';
import { decodeDecimals } from './decimals';
import type { Decompress } from './decompress';
import { decompressorFor } from './decompress';
import { ParquetError, explain } from './errors';
import { FloatColumnBuilder } from './float-column';
import { decodeFloats } from './floats';
import type { Footer } from './footer';
import { plainBytes, readFooter } from './footer';
import { IntColumnBuilder } from './int-column';
import { NullMask } from './null-mask';
import type { ChunkLocation, RowGroupRows } from './row-groups';
import { locateChunk, readRowGroups } from './row-groups';
import type { FlatColumn } from './schema';
import { readSchema } from './schema';
import { StringColumnBuilder } from './string-column';

export { ParquetError } from './errors';

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
  /** Columns that can be read, in file order. */
  readonly columns: readonly ParquetColumn[];
  /** All others: nested columns, bytes that are no text, types that have no counterpart here. */
  readonly unsupportedColumns: readonly { readonly name: string; readonly reason: string }[];
  /**
   * Decodes columns, each with `rowCount` entries, in the order of `names`. Reads each byte range once; data of columns
   * that lie near each other come with one read.
   * @throws ParquetError where the file has no such column, or its data are damaged; errors of the source pass through
   */
  readColumns(names: readonly string[]): Promise<Column[]>;
}

/**
 * Opens a Parquet file: one read of its last 64 KiB, and another where its footer is larger.
 * @throws ParquetError where it is not a Parquet file that can be read; errors of the source pass through
 */
export async function openParquet(source: ByteSource): Promise<ParquetFile> {
  const footer = await readFooter(source);
  return explain(source.name, () => 'its footer is inconsistent', () => {
    const { metadata } = footer;
    const schema = readSchema(metadata.schema);
    const { rowGroups, rowCount } = readRowGroups(metadata.row_groups, schema);
    const categoricals = pandasCategoricals(metadata.key_value_metadata);
    return {
      rowCount,
      columns: schema.flat.map(({ name, type, logical, dtypeName }) => ({
        name, type, logical, dtypeName, sourceCategorical: dtypeName === 'enum' || categoricals.has(name),
      })),
      unsupportedColumns: schema.unsupported,
      readColumns: async (names) => new ColumnsReader(source, footer, rowGroups, rowCount).read(columnsNamed(names, schema, source.name), names),
    };
  });
}

function columnsNamed(names: readonly string[], schema: ReturnType<typeof readSchema>, file: string): FlatColumn[] {
  return [...new Set(names)].map((name) => {
    const column = schema.flat.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    const reason = schema.unsupported.find((candidate) => candidate.name === name)?.reason;
    throw new ParquetError(file, reason === undefined ? `it has no column ${JSON.stringify(name)}` : `column ${JSON.stringify(name)} is of an unsupported type: ${reason}`);
  });
}

interface ColumnInProgress {
  readonly name: string;
  readonly builder: ColumnBuilder;
  readonly nulls: NullMask | null;
}

interface WantedChunk extends ChunkLocation {
  readonly column: ColumnInProgress;
}

class ColumnsReader {
  constructor(
    private readonly source: ByteSource,
    private readonly footer: Footer,
    private readonly rowGroups: readonly RowGroupRows[],
    private readonly rowCount: number,
  ) {}

  async read(columns: readonly FlatColumn[], names: readonly string[]): Promise<Column[]> {
    const inProgress = new Map<string, ColumnInProgress>();
    const wanted: WantedChunk[] = [];
    for (const column of columns) {
      explain(this.source.name, () => `column ${JSON.stringify(column.name)}`, () => {
        const chunks = this.chunksOf(column);
        const started = { name: column.name, builder: builderFor(column, this.rowCount), nulls: column.optional ? new NullMask(this.rowCount) : null };
        inProgress.set(column.name, started);
        for (const chunk of chunks) wanted.push({ ...chunk, column: started });
      });
    }
    const decompressors = await this.decompressorsFor(wanted);
    const ranges = coalesce(wanted).map((range) => ({ range, bytes: this.bytesOf(range) }));
    // A range that fails while an earlier one is awaited must not count as unhandled; it is reported when its turn comes.
    for (const { bytes } of ranges) bytes.catch(() => undefined);
    for (const { range, bytes } of ranges) this.decode(range, await bytes, decompressors);
    const finished = new Map<string, Column>();
    for (const { name, builder, nulls } of inProgress.values()) {
      finished.set(name, explain(this.source.name, () => `column ${JSON.stringify(name)}`, () => builder.finish(nulls?.maskIfAny ?? null)));
    }
    return names.flatMap((name) => finished.get(name) ?? []);
  }

  private chunksOf(column: FlatColumn): ChunkLocation[] {
    return this.rowGroups.flatMap((group, index) => (group.rows === 0 ? [] : [locateChunk(column, group, index, this.footer.start)]));
  }

  private async decompressorsFor(chunks: readonly WantedChunk[]): Promise<Map<CompressionCodec, Decompress>> {
    const decompressors = new Map<CompressionCodec, Decompress>();
    for (const { codec, column } of chunks) {
      if (decompressors.has(codec)) continue;
      const decompress = await decompressorFor(codec);
      if (decompress === null) throw new ParquetError(this.source.name, `column ${JSON.stringify(column.name)} is compressed with ${codec}, which this reader does not read`);
      decompressors.set(codec, decompress);
    }
    return decompressors;
  }

  private async bytesOf({ start, end }: ByteRange): Promise<Uint8Array> {
    const { tail, tailStart } = this.footer;
    if (start >= tailStart) return tail.subarray(start - tailStart, end - tailStart);
    return plainBytes(await this.source.read(start, end));
  }

  private decode(range: CoalescedRange<WantedChunk>, bytes: Uint8Array, decompressors: ReadonlyMap<CompressionCodec, Decompress>): void {
    for (const { column, rowGroup, firstRow, rows, codec, start, end } of range.wanted) {
      const decompress = decompressors.get(codec);
      if (decompress === undefined) continue;
      const chunk = { file: this.source.name, column: column.name, rowGroup, firstRow, rows, decompress, bytes: bytes.subarray(start - range.start, end - range.start) };
      readChunk(chunk, column.builder, column.nulls);
    }
  }
}

function builderFor({ decoding }: FlatColumn, rowCount: number): ColumnBuilder {
  switch (decoding.kind) {
    case 'INTEGER':
      return new IntColumnBuilder(decoding.source, rowCount);
    case 'FLOAT':
      return new FloatColumnBuilder(decodeFloats[decoding.source], rowCount);
    case 'DECIMAL':
      return new FloatColumnBuilder(decodeDecimals(decoding.layout, decoding.scale), rowCount);
    case 'BOOLEAN':
      return new BoolColumnBuilder(rowCount);
    case 'TEXT':
      return new StringColumnBuilder(rowCount);
  }
}
