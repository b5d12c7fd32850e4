import { CompactReader, ThriftType } from './compact-thrift';
import { MalformedError } from './errors';

/** Numbers of `PageType` in parquet.thrift. */
export const PageType = { DATA: 0, INDEX: 1, DICTIONARY: 2, DATA_V2: 3 } as const;

/** A page header, flattened: what its kind of page does not have is 0. */
export interface PageHeader {
  readonly type: number;
  /** Bytes of the page as stored, without this header. */
  readonly compressedSize: number;
  /** Bytes of the page once decompressed. */
  readonly uncompressedSize: number;
  /** Values in the page, nulls included. */
  readonly valueCount: number;
  readonly encoding: number;
  /** Version 1: how the definition levels are encoded. */
  readonly levelEncoding: number;
  /** Version 2: bytes of the levels, which lie uncompressed before the values. */
  readonly repetitionLevelBytes: number;
  readonly definitionLevelBytes: number;
  /** Version 2 may leave its values uncompressed in a compressed chunk. */
  readonly valuesCompressed: boolean;
  /** Where the page itself begins. */
  readonly bodyStart: number;
}

/** Field numbers of a page's own struct in parquet.thrift, and the header's entry that each fills. */
const DATA_FIELDS = ['valueCount', 'encoding', 'levelEncoding'] as const;
const DICTIONARY_FIELDS = ['valueCount', 'encoding'] as const;
const DATA_V2_FIELDS = ['valueCount', null, null, 'encoding', 'definitionLevelBytes', 'repetitionLevelBytes'] as const;
const V2_IS_COMPRESSED = 7;
const STRUCT_OF_PAGE: Readonly<Record<number, number>> = { [PageType.DATA]: 5, [PageType.INDEX]: 6, [PageType.DICTIONARY]: 7, [PageType.DATA_V2]: 8 };

type Draft = { -readonly [Key in keyof PageHeader]: PageHeader[Key] };

/** Reads the `PageHeader` struct that begins at `start`. Throws a `MalformedError` where there is none. */
export function readPageHeader(bytes: Uint8Array, start: number, end: number): PageHeader {
  const reader = new CompactReader(bytes, start, end);
  const header: Draft = {
    type: -1, compressedSize: -1, uncompressedSize: -1, valueCount: 0, encoding: 0, levelEncoding: 0,
    repetitionLevelBytes: 0, definitionLevelBytes: 0, valuesCompressed: true, bodyStart: 0,
  };
  let pageStruct = 0;
  reader.beginStruct();
  for (let type = reader.nextField(); type !== ThriftType.STOP; type = reader.nextField()) {
    const field = reader.field;
    if (field === 1 && type === ThriftType.I32) header.type = reader.int32();
    else if (field === 2 && type === ThriftType.I32) header.uncompressedSize = reader.int32();
    else if (field === 3 && type === ThriftType.I32) header.compressedSize = reader.int32();
    else if (field >= 5 && field <= 8 && type === ThriftType.STRUCT) {
      pageStruct = field;
      readPageStruct(reader, header, field);
    } else reader.skip(type);
  }
  header.bodyStart = reader.position;
  check(header, pageStruct);
  return header;
}

function readPageStruct(reader: CompactReader, header: Draft, structField: number): void {
  const fields = structField === 5 ? DATA_FIELDS : structField === 7 ? DICTIONARY_FIELDS : structField === 8 ? DATA_V2_FIELDS : [];
  reader.beginStruct();
  for (let type = reader.nextField(); type !== ThriftType.STOP; type = reader.nextField()) {
    const entry = fields[reader.field - 1] ?? null;
    if (entry !== null && type === ThriftType.I32) header[entry] = reader.int32();
    else if (structField === 8 && reader.field === V2_IS_COMPRESSED) header.valuesCompressed = type === ThriftType.TRUE;
    else reader.skip(type);
  }
  reader.resumeStruct(structField);
}

function check(header: PageHeader, pageStruct: number): void {
  const { type, compressedSize, uncompressedSize, valueCount, repetitionLevelBytes, definitionLevelBytes } = header;
  const expected = STRUCT_OF_PAGE[type];
  if (expected === undefined) throw new MalformedError(`no page begins here (page type ${type})`);
  if (expected !== pageStruct && type !== PageType.INDEX) throw new MalformedError(`the header of a page of type ${type} has no details of such a page`);
  for (const size of [compressedSize, uncompressedSize, valueCount, repetitionLevelBytes, definitionLevelBytes]) {
    if (size < 0) throw new MalformedError(`a page header with a negative or missing size (${size})`);
  }
}
