import fc from 'fast-check';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { DecodedArray, Encoding, SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { openParquet } from '../../lambda/parquet/parquet-file';
import type { CraftedChunk } from './craft-file';
import { byteArrays, bytes, craftColumn, dataPage, dataPageV2, dictionaryPage, int32s, int64s } from './craft-file';
import { MemorySource } from './memory-source';

type Value = number | bigint | string | boolean | null;

/** All values of the file's first column, integers as bigints. */
async function read(file: Uint8Array): Promise<Value[]> {
  const opened = await openParquet(new MemorySource(file));
  const [column] = await opened.readColumns([opened.columns[0].name]);
  switch (column.type) {
    case 'INT':
      return Array.from<number | bigint, Value>(column.values, (value, row) => (column.nulls?.[row] === 1 ? null : BigInt(value)));
    case 'FLOAT':
      return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
    case 'BOOL':
      return Array.from(column.values, (value) => (value === 2 ? null : value === 1));
    case 'STRING':
      return Array.from(column.codes.integers, (code) => (code === -1 ? null : column.dictionary[code]));
  }
}

/** Written by hyparquet-writer, whose encoders owe nothing to our decoders. */
function write(element: Partial<SchemaElement>, data: DecodedArray, options: { encoding: Encoding; pageSize: number; rowGroupSize: number; codec: 'SNAPPY' | 'GZIP' | 'BROTLI' | 'UNCOMPRESSED' }): Uint8Array {
  const schema: SchemaElement[] = [{ name: 'schema', num_children: 1 }, { name: 'c', repetition_type: 'OPTIONAL', ...element }];
  const { encoding, ...others } = options;
  return new Uint8Array(parquetWriteBuffer({
    ...others, schema, columnData: [{ name: 'c', data, encoding }], compressors: { GZIP: (input) => gzipSync(input), BROTLI: (input) => brotliCompressSync(input) },
  }));
}

const layouts = fc.record({
  pageSize: fc.constantFrom(8, 100, 1_000_000),
  rowGroupSize: fc.constantFrom(7, 100_000),
  codec: fc.constantFrom('SNAPPY' as const, 'GZIP' as const, 'BROTLI' as const, 'UNCOMPRESSED' as const),
});
const runs = { numRuns: 60 };

/** Values with nulls and repetitions, as many as make several miniblocks and bit-packed groups. */
function columnsOf<T>(values: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> {
  const runsOfEqual = fc.array(fc.tuple(fc.option(values, { freq: 8 }), fc.constantFrom(1, 1, 1, 9, 40)), { minLength: 1, maxLength: 120 });
  return runsOfEqual.map((parts) => parts.flatMap(([value, times]) => Array.from({ length: times }, () => value)));
}

const int32 = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -5, max: 5 }));
const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), fc.bigInt({ min: -5n, max: 5n }));
const double = fc.double({ noNaN: true });
const string = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('view', 'view: cart', 'view: cart: checkout'));

describe('what another writer encodes is read as it was', () => {
  it.each<[string, Partial<SchemaElement>, fc.Arbitrary<Value>, Encoding[]]>([
    ['INT32', { type: 'INT32' }, int32, ['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT']],
    ['INT64', { type: 'INT64' }, int64, ['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT']],
    ['DOUBLE', { type: 'DOUBLE' }, double, ['PLAIN', 'RLE_DICTIONARY', 'BYTE_STREAM_SPLIT']],
    ['FLOAT', { type: 'FLOAT' }, fc.float({ noNaN: true }), ['PLAIN', 'RLE_DICTIONARY', 'BYTE_STREAM_SPLIT']],
    ['BOOLEAN', { type: 'BOOLEAN' }, fc.boolean(), ['PLAIN', 'RLE']],
    ['BYTE_ARRAY', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, string, ['PLAIN', 'RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY']],
  ])('%s in every encoding it has', async (_, element, arbitrary, encodings) => {
    await fc.assert(fc.asyncProperty(columnsOf(arbitrary), fc.constantFrom(...encodings), layouts, async (values, encoding, layout) => {
      // The writer's dictionary takes 0 and -0 for one value.
      const data = encoding === 'RLE_DICTIONARY' ? values.map((value) => (value === 0 ? 0 : value)) : values;
      const expected = data.map((value) => (value !== null && element.type?.startsWith('INT') === true && typeof value === 'number' ? BigInt(value) : value));
      expect(await read(write(element, data, { encoding, ...layout }))).toEqual(expected);
    }), runs);
  });
});

describe('encodings that writers have left behind, or rarely use', () => {
  const required = { type: 'INT32' } as const;
  const optional = { type: 'INT32', repetition_type: 'OPTIONAL' } as const;

  it('definition levels in BIT_PACKED begin with the most significant bit', async () => {
    const page = dataPage(10, bytes([0b10100000, 0b01000000], int32s(1, 2, 3)), { levelEncoding: 'BIT_PACKED' });
    expect(await read(craftColumn(optional, 10, [page]))).toEqual([1n, null, 2n, null, null, null, null, null, null, 3n]);
  });

  it('PLAIN_DICTIONARY is the older name of RLE_DICTIONARY', async () => {
    const pages = [dictionaryPage(3, int32s(7, 8, 9)), dataPage(4, bytes([2], [3, 0b00011000]), { encoding: 'PLAIN_DICTIONARY' })];
    expect(await read(craftColumn(required, 4, pages))).toEqual([7n, 9n, 8n, 7n]);
  });

  it('a dictionary of one entry takes indices of no bits', async () => {
    const pages = [dictionaryPage(1, int32s(7)), dataPage(5, bytes([0], [10]), { encoding: 'RLE_DICTIONARY' })];
    expect(await read(craftColumn(required, 5, pages))).toEqual([7n, 7n, 7n, 7n, 7n]);
  });

  it.each([17, 24, 25, 31, 32])('indices of %d bits', async (width) => {
    const packed = Buffer.alloc(width);
    for (let i = 0; i < 8; i++) for (let bit = 0; bit < 2; bit++) packed[(i * width + bit) >>> 3] |= ((((i % 3) >>> bit) & 1) << ((i * width + bit) & 7));
    const pages = [dictionaryPage(3, int32s(7, 8, 9)), dataPage(10, bytes([width], [3], packed, [4, 2, 0, 0, 0].slice(0, 1 + Math.ceil(width / 8))), { encoding: 'RLE_DICTIONARY' })];
    expect(await read(craftColumn(required, 10, pages))).toEqual([7n, 8n, 9n, 7n, 8n, 9n, 7n, 8n, 9n, 9n]);
  });

  it('a chunk may change from its dictionary to plain values, and have an index page in between', async () => {
    const index = { header: { type: 'INDEX_PAGE' as const, uncompressed_page_size: 3, compressed_page_size: 3, index_page_header: {} }, body: bytes([1, 2, 3]) };
    const pages = [dictionaryPage(2, byteArrays('a', 'b')), dataPage(3, bytes([1], [3, 0b110]), { encoding: 'RLE_DICTIONARY' }), index, dataPage(2, byteArrays('c', 'a'))];
    expect(await read(craftColumn({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, 5, pages))).toEqual(['a', 'b', 'b', 'c', 'a']);
  });

  it.each(['right', 'zero', undefined] as const)('the dictionary is found with its offset %s in the footer', async (dictionaryOffset) => {
    const pages = [dictionaryPage(2, int32s(7, 8)), dataPage(2, bytes([1], [3, 0b10]), { encoding: 'RLE_DICTIONARY' })];
    expect(await read(craftColumn(required, 2, pages, dictionaryOffset === undefined ? {} : { dictionaryOffset }))).toEqual([7n, 8n]);
  });

  it('version 2 pages may leave their values uncompressed in a compressed chunk, and be empty', async () => {
    const pages = [dataPageV2(3, bytes([3, 0b101]), int32s(1, 2)), dataPageV2(0, bytes(), bytes()), dataPageV2(2, bytes([4, 0]), bytes(), {}, true)];
    expect(await read(craftColumn(optional, 5, pages, { codec: 'SNAPPY' }))).toEqual([1n, null, 2n, null, null]);
  });

  it('DELTA_BINARY_PACKED wraps around in 32 and in 64 bits', async () => {
    const wrap = (first: number[], delta: number[]) => bytes([0x80, 1, 4, 2], first, delta, [0, 0, 0, 0]);
    // The greatest value, then one more.
    expect(await read(craftColumn(required, 2, [dataPage(2, wrap([0xfe, 0xff, 0xff, 0xff, 0x0f], [2]), { encoding: 'DELTA_BINARY_PACKED' })]))).toEqual([2n ** 31n - 1n, -(2n ** 31n)]);
    const greatest = [0xfe, ...Array.from({ length: 8 }, () => 0xff), 1];
    expect(await read(craftColumn({ type: 'INT64' }, 2, [dataPage(2, wrap(greatest, [2]), { encoding: 'DELTA_BINARY_PACKED' })]))).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
  });

  it('decimals of fixed length in DELTA_BYTE_ARRAY and BYTE_STREAM_SPLIT', async () => {
    const decimal = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, converted_type: 'DECIMAL', scale: 1, precision: 4 } as const;
    const deltas = (...values: number[]) => bytes([0x80, 1, 4, values.length], [values[0] * 2], [(values[1] - values[0]) * 2 >= 0 ? (values[1] - values[0]) * 2 : (values[0] - values[1]) * 2 - 1], [0, 0, 0, 0]);
    const prefixed = bytes(deltas(0, 1), deltas(2, 1), [1, 2, 4]);
    expect(await read(craftColumn(decimal, 2, [dataPage(2, prefixed, { encoding: 'DELTA_BYTE_ARRAY' })]))).toEqual([25.8, 26]);
    expect(await read(craftColumn(decimal, 2, [dataPage(2, bytes([1, 1], [2, 4]), { encoding: 'BYTE_STREAM_SPLIT' })]))).toEqual([25.8, 26]);
  });
});

describe('codecs', () => {
  const plain = bytes(int64s(1n, 1n, 1n, 1n), int64s(2n));
  const values = [1n, 1n, 1n, 1n, 2n];
  const written = (chunk: Partial<CraftedChunk>, body: Uint8Array) =>
    craftColumn({ type: 'INT64' }, 5, [dataPage(5, body, { uncompressedSize: plain.length })], chunk);
  // 8 literal bytes, a match of 24 eight bytes back, 8 literals.
  const block = bytes([0x8f, ...plain.subarray(0, 8), 8, 0, 5], [0x80, ...plain.subarray(32)]);
  const bigEndian = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const literals = (part: Uint8Array) => bytes([0xf0, part.length - 15], part);
  const zstdRaw = (part: Uint8Array) => bytes([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58], [1 | ((part.length << 3) & 0xff), part.length >>> 5, 0], part);

  it.each<[string, 'LZ4' | 'LZ4_RAW' | 'GZIP' | 'ZSTD' | 'BROTLI', Uint8Array]>([
    ['an LZ4 block', 'LZ4_RAW', block],
    ['LZ4 as an LZ4 block', 'LZ4', block],
    ['LZ4 in Hadoop’s frames', 'LZ4', bytes(bigEndian(40), bigEndian(block.length), block)],
    ['LZ4 in two of Hadoop’s frames', 'LZ4', bytes(bigEndian(16), bigEndian(18), literals(plain.subarray(0, 16)), bigEndian(24), bigEndian(26), literals(plain.subarray(16)))],
    ['LZ4 in an LZ4 frame', 'LZ4', bytes([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82], int32s(block.length), block, int32s(0))],
    ['LZ4 in an LZ4 frame of uncompressed blocks with checksums', 'LZ4', bytes([0x04, 0x22, 0x4d, 0x18, 0x74, 0x40, 0xbd], int32s(40 | 0x80000000), plain, int32s(0), int32s(0), int32s(0))],
    ['gzip', 'GZIP', gzipSync(plain)],
    ['gzip of two members', 'GZIP', bytes(gzipSync(plain.subarray(0, 11)), gzipSync(plain.subarray(11)))],
    ['brotli', 'BROTLI', brotliCompressSync(plain)],
    ['a zstd frame without its content size', 'ZSTD', zstdRaw(plain)],
    ['two zstd frames', 'ZSTD', bytes(zstdRaw(plain.subarray(0, 11)), zstdRaw(plain.subarray(11)))],
  ])('%s', async (_, codec, body) => {
    expect(await read(written({ codec }, body))).toEqual(values);
  });

  it('LZO is refused by name', async () => {
    await expect(read(written({ codec: 'LZO' }, plain))).rejects.toThrow('part-0.parquet is not a readable Parquet file: column "c" is compressed with LZO, which this reader does not read');
  });
});
