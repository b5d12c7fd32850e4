import type * as Arrow from 'apache-arrow';
import type { Data, Dictionary, Int32, Utf8, Vector } from 'apache-arrow';
import { isSealed, seal, unsealedDescription } from './file-checksum';

/** Raised whenever files of before can no longer be read, or mean something else. */
const FORMAT = 2;

/** Where the file's own description lies in its schema. */
const METADATA_KEY = 'funnel-rocket';

export type StoredArray = Float64Array | BigInt64Array | BigUint64Array | Int32Array | Uint16Array | Uint8Array;

/** What a cache file holds: arrays of one length, and for strings the dictionary that the array `codes` indexes. */
export interface FileContent {
  readonly arrays: Readonly<Record<string, StoredArray>>;
  readonly dictionary: readonly string[] | null;
}

/** A cache file is not what it should be: cut off, altered, of another version, or of something else. */
export class CacheFileError extends Error {
  override readonly name = 'CacheFileError';
}

/**
 * Arrow's IPC file format, which other tools can open: one column per array, and a dictionary column for strings.
 *
 * @param identity tells what the content is of; whoever reads it has to name the same
 */
export async function encodeFile(identity: string, { arrays, dictionary }: FileContent): Promise<Uint8Array> {
  const arrow = await import('apache-arrow');
  const columns: Record<string, Vector> = {};
  for (const [name, values] of Object.entries(arrays)) {
    columns[name] = name === 'codes' && dictionary !== null && values instanceof Int32Array ? stringVector(arrow, values, dictionary) : arrow.makeVector(values);
  }
  const table = new arrow.Table(columns);
  const schema = new arrow.Schema(table.schema.fields, new Map([[METADATA_KEY, unsealedDescription({ format: FORMAT, identity })]]));
  const bytes = arrow.tableToIPC(new arrow.Table(schema, table.batches), 'file');
  seal(bytes);
  return bytes;
}

/**
 * @returns views of the bytes, wherever these are aligned
 * @throws CacheFileError where they are not what was written under this identity
 */
export async function decodeFile(identity: string, bytes: Uint8Array): Promise<FileContent> {
  if (!isSealed(bytes)) {
    throw new CacheFileError(`its ${bytes.length} bytes are not those that were written`);
  }
  const arrow = await import('apache-arrow');
  try {
    const table = arrow.tableFromIPC(bytes);
    const described = JSON.parse(table.schema.metadata.get(METADATA_KEY) ?? '{}') as Readonly<Record<string, unknown>>;
    if (described.format !== FORMAT || described.identity !== identity) {
      throw new CacheFileError(`it is of format ${String(described.format)} and ${String(described.identity)}, and should be of ${FORMAT} and ${identity}`);
    }
    const arrays: Record<string, StoredArray> = {};
    let dictionary: Utf8Values | null = null;
    for (const { name } of table.schema.fields) {
      const vector = table.getChild(name);
      if (vector === null || vector.data.length !== 1) throw new CacheFileError(`column '${name}' lies in ${vector?.data.length ?? 0} pieces, and should in 1`);
      const [data] = vector.data as readonly Data[];
      // Buffers are filled up to whole words.
      arrays[name] = storedArray(data.values).subarray(data.offset, data.offset + data.length);
      if (arrow.DataType.isDictionary(data.type)) {
        dictionary = dictionaryOf(data as Data<Dictionary<Utf8, Int32>>);
      }
    }
    return { arrays, dictionary: dictionary === null ? null : stringsOf(dictionary) };
  } catch (error) {
    throw error instanceof CacheFileError ? error : new CacheFileError(String(error), { cause: error });
  }
}

interface Utf8Values {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

function stringVector(arrow: typeof Arrow, codes: Int32Array, dictionary: readonly string[]): Vector {
  const { bytes, offsets } = utf8Of(dictionary);
  const values = arrow.makeData({ type: new arrow.Utf8(), length: dictionary.length, nullCount: 0, data: bytes, valueOffsets: offsets });
  const nulls = new Uint8Array(Math.ceil(codes.length / 64) * 8);
  let nullCount = 0;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] === -1) nullCount += 1;
    else nulls[row >> 3] |= 1 << (row & 7);
  }
  const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
  return arrow.makeVector(arrow.makeData({ type, length: codes.length, nullCount, nullBitmap: nulls, data: codes, dictionary: arrow.makeVector(values) }));
}

function dictionaryOf(data: Data<Dictionary<Utf8, Int32>>): Utf8Values {
  const pieces = (data.dictionary as Vector<Utf8> | undefined)?.data ?? [];
  const [values] = pieces;
  if (pieces.length !== 1) throw new CacheFileError('its dictionary is missing, or lies in pieces');
  const offsets = values.valueOffsets.subarray(0, values.length + 1);
  return { bytes: values.values.subarray(0, offsets[values.length]), offsets };
}

function utf8Of(strings: readonly string[]): Utf8Values {
  const encoded = strings.map((value) => Buffer.from(value, 'utf8'));
  const offsets = new Int32Array(strings.length + 1);
  encoded.forEach(({ length }, index) => (offsets[index + 1] = offsets[index] + length));
  return { bytes: Buffer.concat(encoded), offsets };
}

function stringsOf({ bytes, offsets }: Utf8Values): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings: string[] = [];
  for (let index = 0; index + 1 < offsets.length; index++) strings.push(buffer.toString('utf8', offsets[index], offsets[index + 1]));
  return strings;
}

function storedArray(values: unknown): StoredArray {
  if (values instanceof Float64Array || values instanceof BigInt64Array || values instanceof BigUint64Array || values instanceof Int32Array || values instanceof Uint16Array || values instanceof Uint8Array) {
    return values;
  }
  throw new CacheFileError('it holds values of a type that is never written');
}
