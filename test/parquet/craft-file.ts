import type { CompressionCodec, Encoding, KeyValue, PageHeader, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { logicalType } from 'hyparquet-writer/src/metadata.js';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import { CompressionCodecs, ConvertedTypes, FieldRepetitionTypes, ParquetTypes } from 'hyparquet/src/constants.js';

/** A page as it is to stand in the file, however wrong. */
export interface CraftedPage {
  readonly header: PageHeader;
  readonly body: Uint8Array;
}

export interface CraftedChunk {
  readonly pages: readonly CraftedPage[];
  readonly codec?: CompressionCodec;
  /** What the footer says of the dictionary page's offset. Default: nothing. */
  readonly dictionaryOffset?: 'right' | 'zero';
  readonly filePath?: string;
  readonly values?: number;
  /** What the footer says. Default: the chunk's size. */
  readonly uncompressedSize?: number;
  /** As stored; `deprecated`: the fields that came first. */
  readonly statistics?: { readonly min: Uint8Array; readonly max: Uint8Array; readonly nulls?: number; readonly deprecated?: boolean };
}

export interface CraftedGroup {
  readonly rows: number;
  readonly chunks: readonly CraftedChunk[];
}

interface PageOptions {
  readonly encoding?: Encoding;
  readonly levelEncoding?: Encoding;
  /** Size that the header states. Default: that of the body. */
  readonly uncompressedSize?: number;
  readonly compressedSize?: number;
}

export function dataPage(values: number, body: Uint8Array, { encoding = 'PLAIN', levelEncoding = 'RLE', uncompressedSize = body.length, compressedSize = body.length }: PageOptions = {}): CraftedPage {
  return {
    header: {
      type: 'DATA_PAGE', uncompressed_page_size: uncompressedSize, compressed_page_size: compressedSize,
      data_page_header: { num_values: values, encoding, definition_level_encoding: levelEncoding, repetition_level_encoding: 'RLE' },
    },
    body,
  };
}

/** A page of an optional column of 64-bit integers, which are all null, or none is. */
export function int64Page(values: readonly (bigint | null)[]): CraftedPage {
  const levels = [...varint(values.length * 2), Number(!values.includes(null))];
  const present = BigInt64Array.from(values.flatMap((value) => value ?? []));
  return dataPage(values.length, bytes(int32s(levels.length), levels, new Uint8Array(present.buffer)));
}

export function dictionaryPage(values: number, body: Uint8Array): CraftedPage {
  return {
    header: { type: 'DICTIONARY_PAGE', uncompressed_page_size: body.length, compressed_page_size: body.length, dictionary_page_header: { num_values: values, encoding: 'PLAIN' } },
    body,
  };
}

export function dataPageV2(values: number, levels: Uint8Array, body: Uint8Array, { encoding = 'PLAIN', uncompressedSize = body.length }: PageOptions = {}, isCompressed = false): CraftedPage {
  return {
    header: {
      type: 'DATA_PAGE_V2', uncompressed_page_size: levels.length + uncompressedSize, compressed_page_size: levels.length + body.length,
      data_page_header_v2: { num_values: values, num_nulls: 0, num_rows: values, encoding, definition_levels_byte_length: levels.length, repetition_levels_byte_length: 0, is_compressed: isCompressed },
    },
    body: bytes(levels, body),
  };
}

/** A file of flat columns. Columns may be left as groups by giving their elements in `schema`. Rows may have another order than data: `lastGroupFirst`. */
export function craftFile(schema: readonly SchemaElement[], groups: readonly CraftedGroup[], metadata: { keyValues?: KeyValue[]; rootChildren?: number; lastGroupFirst?: boolean } = {}): Uint8Array {
  const writer = new ByteWriter();
  writer.appendBytes(text('PAR1'));
  const leaves = schema.filter((element) => element.type !== undefined);
  const rowGroups = groups.map(({ rows, chunks }) => ({
    field_1: chunks.map((chunk, i) => {
      const start = writer.offset;
      for (const { header, body } of chunk.pages) {
        writePageHeader(writer, header);
        writer.appendBytes(body);
      }
      const size = BigInt(writer.offset - start);
      return {
        field_1: chunk.filePath,
        field_2: BigInt(start),
        field_3: {
          field_1: ParquetTypes.indexOf(leaves[i].type ?? 'INT32'),
          field_2: [0],
          field_3: [leaves[i].name],
          field_4: CompressionCodecs.indexOf(chunk.codec ?? 'UNCOMPRESSED'),
          field_5: BigInt(chunk.values ?? rows),
          field_6: chunk.uncompressedSize === undefined ? size : BigInt(chunk.uncompressedSize),
          field_7: size,
          field_9: BigInt(start),
          field_11: chunk.dictionaryOffset === undefined ? undefined : chunk.dictionaryOffset === 'zero' ? 0n : BigInt(start),
          field_12: chunk.statistics && statistics(chunk.statistics),
        },
      };
    }),
    field_2: 0n,
    field_3: BigInt(rows),
  }));
  const footerStart = writer.offset;
  const root: SchemaElement = { name: 'schema', num_children: metadata.rootChildren ?? schema.length };
  // Not by the writer's own function for footers, which refuses those that contradict themselves.
  serializeTCompactProtocol(writer, {
    field_1: 2,
    field_2: [root, ...schema].map(schemaElement),
    field_3: BigInt(groups.reduce((sum, { rows }) => sum + rows, 0)),
    field_4: metadata.lastGroupFirst === true ? [...rowGroups].reverse() : rowGroups,
    field_5: metadata.keyValues?.map(({ key, value }) => ({ field_1: key, field_2: value })),
  });
  writer.appendUint32(writer.offset - footerStart);
  writer.appendBytes(text('PAR1'));
  return writer.getBytes();
}

function statistics({ min, max, nulls, deprecated = false }: NonNullable<CraftedChunk['statistics']>): Record<string, unknown> {
  const nullCount = nulls === undefined ? undefined : BigInt(nulls);
  return deprecated ? { field_1: max, field_2: min, field_3: nullCount } : { field_3: nullCount, field_5: max, field_6: min };
}

function schemaElement({ type, type_length, repetition_type, name, num_children, converted_type, scale, precision, logical_type }: SchemaElement): Record<string, unknown> {
  return {
    field_1: type && ParquetTypes.indexOf(type),
    field_2: type_length,
    field_3: repetition_type && FieldRepetitionTypes.indexOf(repetition_type),
    field_4: name,
    field_5: num_children,
    field_6: converted_type && ConvertedTypes.indexOf(converted_type),
    field_7: scale,
    field_8: precision,
    field_10: logicalType(logical_type),
  };
}

/** A file of one column in one chunk. */
export function craftColumn(element: Partial<SchemaElement>, rows: number, pages: readonly CraftedPage[], chunk: Partial<CraftedChunk> = {}): Uint8Array {
  return craftFile([{ name: 'c', repetition_type: 'REQUIRED', ...element }], [{ rows, chunks: [{ pages, ...chunk }] }]);
}

export function bytes(...parts: (ArrayLike<number> | string)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...text(part)] : Array.from(part))));
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Unsigned, in seven bits each (LEB128). */
export function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

export function int32s(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

export function int64s(...values: bigint[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values, (value) => BigInt.asIntN(64, value)).buffer);
}

export function byteArrays(...values: (string | number[])[]): Uint8Array {
  return bytes(...values.flatMap((value) => {
    const content = typeof value === 'string' ? text(value) : value;
    return [int32s(content.length), content];
  }));
}
