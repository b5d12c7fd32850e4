import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import type { CompressionCodec, SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Column } from '../../lambda/engine/columns';
import { ParquetError, openParquet } from '../../lambda/parquet/parquet-file';
import type { CraftedPage } from './craft-file';
import { byteArrays, bytes, craftColumn, craftFile, dataPage, dataPageV2, dictionaryPage, int32s, text } from './craft-file';
import { MemorySource } from './memory-source';

async function readAll(file: Uint8Array): Promise<{ rowCount: number; columns: Column[] }> {
  const opened = await openParquet(new MemorySource(file));
  return { rowCount: opened.rowCount, columns: await opened.readColumns(opened.columns.map((column) => column.name)) };
}

/** What is wrong with the file; the message begins with its name. */
async function reasonOf(file: Uint8Array): Promise<string> {
  const error: unknown = await readAll(file).then(() => 'read without an error', (thrown: unknown) => thrown);
  if (!(error instanceof ParquetError)) throw new Error(`no ParquetError: ${String(error)}`);
  expect(error.message).toBe(`part-0.parquet is not a readable Parquet file: ${error.reason}`);
  return error.reason;
}

const string = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const good = craftColumn({ type: 'INT32' }, 2, [dataPage(2, int32s(1, 2))]);
const trailer = (length: number, magic = 'PAR1') => bytes('PAR1', int32s(1, 2, 3, 4), int32s(length), magic);

describe('a file that is not Parquet, or not all of it, is refused by name', () => {
  it.each<[string, Uint8Array, string]>([
    ['empty', bytes(), 'it is empty'],
    ['too short', bytes('PAR1PAR1'), 'truncated: the file has 8 bytes, too few for any Parquet file'],
    ['text', text('a,b,c\n1,2,3\n4,5,6\n'), 'truncated, or not Parquet at all: it does not end with PAR1'],
    ['truncated', good.subarray(0, good.length - 5), 'truncated, or not Parquet at all: it does not end with PAR1'],
    ['of an absurd footer length', trailer(1204), 'truncated: the footer says 1,204 bytes, the file has 28'],
    ['of a negative footer length', trailer(-1), 'truncated: the footer says 4,294,967,295 bytes, the file has 28'],
    ['encrypted', trailer(16, 'PARE'), 'its footer is encrypted'],
    ['of a footer of nothing', trailer(0), 'its footer cannot be parsed: Thrift data end in the middle of a value'],
    ['of a footer of noise', trailer(16), 'its footer cannot be parsed'],
  ])('%s', async (_, file, reason) => {
    expect(await reasonOf(file)).toContain(reason);
  });
});

describe('a footer that contradicts itself is refused', () => {
  const column = (name: string, others: Partial<SchemaElement> = {}): SchemaElement => ({ name, type: 'INT32', repetition_type: 'REQUIRED', ...others });
  const chunk = { pages: [dataPage(2, int32s(1, 2))] };

  it.each<[string, Uint8Array, string]>([
    ['in its number of columns', craftFile([column('c')], [{ rows: 2, chunks: [] }]), 'row group 0 has 0 column chunks, the schema 1 columns'],
    ['in a column’s number of values', craftFile([column('c')], [{ rows: 2, chunks: [{ ...chunk, values: 3 }] }]), 'column "c": 3 values in 2 rows'],
    ['by two columns of one name', craftFile([column('c'), column('c')], []), 'two columns are named "c"'],
    ['by a schema that ends early', craftFile([column('c')], [], { rootChildren: 2 }), 'a schema of 2 columns that ends after 1'],
    ['by a schema that does not end', craftFile([column('c'), column('d')], [], { rootChildren: 1 }), 'a schema of 3 elements, of which 2 belong to columns'],
    ['by a group that does not end', craftFile([{ name: 'g', repetition_type: 'OPTIONAL', num_children: 2_000_000_000 }, column('c')], [], { rootChildren: 1 }), 'a schema that ends within a group'],
    ['by data in another file', craftFile([column('c')], [{ rows: 2, chunks: [{ ...chunk, filePath: 'other.parquet' }] }]), 'column "c": its data lie in another file, "other.parquet"'],
    ['by more rows than can be', craftFile([column('c')], [{ rows: 2 ** 40, chunks: [chunk] }]), '1099511627776 rows, at most 2147483647 can be read'],
  ])('%s', async (_, file, reason) => {
    expect(await reasonOf(file)).toContain(reason);
  });

  it('a column that is not there, or not supported, is named', async () => {
    const file = await openParquet(new MemorySource(craftFile([column('c', { type: 'BYTE_ARRAY' })], [])));
    await expect(file.readColumns(['d'])).rejects.toThrow('it has no column "d"');
    await expect(file.readColumns(['c'])).rejects.toThrow('column "c" is of an unsupported type: binary');
  });
});

describe('pages that lie are refused, naming column, row group and page', () => {
  const int32 = { type: 'INT32' } as const;
  const optional = { ...int32, repetition_type: 'OPTIONAL' } as const;
  const dictionary = dictionaryPage(2, int32s(7, 8));
  const indices = (...body: number[]) => dataPage(4, bytes(body), { encoding: 'RLE_DICTIONARY' });
  const delta = (...body: number[]) => dataPage(4, bytes(body), { encoding: 'DELTA_BINARY_PACKED' });

  it.each<[string, Partial<SchemaElement>, CraftedPage[], string, CompressionCodec?]>([
    ['no page at all', int32, [], 'page 0: the column chunk ends after 0 of 4 rows'],
    ['too few pages', int32, [dataPage(2, int32s(1, 2))], 'page 1: the column chunk ends after 2 of 4 rows'],
    ['too many rows', int32, [dataPage(2, int32s(1, 2)), dataPage(3, int32s(1, 2, 3))], 'page 1: a page of 3 rows, 2 are left in the row group'],
    ['a size beyond the chunk', int32, [dataPage(4, int32s(1, 2, 3, 4), { compressedSize: 1 << 30 })], 'page 0: a page of 1073741824 bytes, 16 are left in the column chunk'],
    ['a negative size', int32, [dataPage(4, int32s(1, 2, 3, 4), { compressedSize: -4 })], 'negative or missing size (-4)'],
    ['a size that the data have not', int32, [dataPage(4, int32s(1, 2, 3, 4), { uncompressedSize: 12 })], '16 bytes after decompression where 12 are expected'],
    ['too few values', int32, [dataPage(4, int32s(1, 2, 3))], '4 values of 4 bytes in 12 bytes'],
    ['indices without a dictionary', int32, [indices(1, 3, 0)], 'a dictionary-coded page without a dictionary page before it'],
    ['an index beyond the dictionary', int32, [dictionary, indices(2, 3, 0b10010000, 0)], 'page 1: 2 where a number below 2 is expected'],
    ['a run of indices beyond the dictionary', int32, [dictionary, indices(2, 8, 3)], '3 where a number below 2 is expected'],
    ['an index width beyond 32 bits', int32, [dictionary, indices(33, 3, 0)], 'integers of 33 bits'],
    ['indices that end early', int32, [dictionary, indices(1, 6, 1)], 'run-length encoded data end after 3 of 4 values'],
    ['a run that ends early', int32, [dictionary, indices(1, 6)], 'run-length encoded data end within a run'],
    ['a dictionary shorter than it says', int32, [dictionaryPage(1 << 30, int32s(7, 8)), indices(1, 3, 0)], 'page 0: a dictionary of 1073741824 values in 8 bytes'],
    ['levels that end early', optional, [dataPage(4, bytes(int32s(2), [4, 1], int32s(1, 2, 3, 4)))], 'definition levels end after 2 of 4 rows'],
    ['levels beyond the page', optional, [dataPage(4, int32s(100))], 'definition levels of 100 bytes in a page of 4'],
    ['a level that cannot be', optional, [dataPage(4, bytes(int32s(2), [8, 2]))], '2 where a number below 2 is expected'],
    ['version 2 levels beyond the page', optional, [{ ...dataPageV2(4, bytes([8, 1]), int32s(1, 2, 3, 4)), body: bytes([8]) }], 'left in the column chunk'],
    ['a string beyond the page', string, [dataPage(4, bytes(byteArrays('a', 'b', 'c'), int32s(1)))], 'a byte array of 1 bytes, 0 are left'],
    ['a string of negative length', string, [dataPage(4, int32s(-1, 0, 0, 0))], 'a byte array of 4294967295 bytes'],
    ['an encoding of other types', string, [dataPage(4, int32s(0, 0, 0, 0), { encoding: 'BYTE_STREAM_SPLIT' })], 'encoding BYTE_STREAM_SPLIT does not apply to BYTE_ARRAY values'],
    ['deltas of other count', int32, [delta(0x80, 1, 4, 5, 0)], '5 delta-encoded values where 4 are expected'],
    ['deltas without blocks', int32, [delta(0x80, 1, 4, 4, 0)], 'delta-encoded data end within a number'],
    ['deltas in blocks of nothing', int32, [delta(0, 0, 4, 0)], 'delta blocks of 0 values'],
    ['deltas in huge blocks', int32, [delta(0x80, 0x80, 0x80, 0x80, 8, 1, 4, 0)], 'delta blocks of 2147483648 values'],
    ['a page too large to be', int32, [dataPage(4, bytes([1, 2, 3]), { uncompressedSize: 2 ** 31 - 1 })], 'more than the 536870912 allowed', 'ZSTD'],
    ['a size that no compression reaches', int32, [dataPage(4, bytes([1, 2, 3]), { uncompressedSize: 1 << 28 })], 'cannot come of 3 compressed ones', 'LZ4_RAW'],
    ['broken Snappy data', int32, [dataPage(4, bytes([16, 0xff, 0xff, 0xff]), { uncompressedSize: 16 })], 'page 0: ', 'SNAPPY'],
    ['Snappy data of another length', int32, [dataPage(4, bytes([17, 0]), { uncompressedSize: 16 })], 'Snappy data of 17 bytes where 16 are expected', 'SNAPPY'],
    ['broken gzip data', int32, [dataPage(4, bytes([31, 139, 8, 0]), { uncompressedSize: 16 })], 'page 0: ', 'GZIP'],
    ['gzip data that grow beyond their size', int32, [dataPage(4, gzipSync(new Uint8Array(1 << 20)), { uncompressedSize: 16 })], 'page 0: ', 'GZIP'],
    ['broken Brotli data', int32, [dataPage(4, bytes([255, 255, 255]), { uncompressedSize: 16 })], 'page 0: ', 'BROTLI'],
    ['broken zstd data', int32, [dataPage(4, bytes([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), { uncompressedSize: 16 })], '0 bytes after decompression where 16 are expected', 'ZSTD'],
    ['an LZ4 match before the beginning', int32, [dataPage(4, bytes([0x10, 1, 5, 0]), { uncompressedSize: 16 })], 'an LZ4 match 5 bytes back, 1 have been written', 'LZ4_RAW'],
    ['LZ4 data that end early', int32, [dataPage(4, bytes([0x10, 1]), { uncompressedSize: 16 })], 'an LZ4 block of 1 bytes where 16 are expected', 'LZ4'],
  ])('%s', async (_, element, pages, reason, codec = 'UNCOMPRESSED') => {
    const found = await reasonOf(craftColumn(element, 4, pages, { codec }));
    expect(found).toMatch(/^column "c", row group 0, page \d+: /);
    expect(found).toContain(reason);
  });

  it('prefixes that multiply one long value are refused before they fill the memory', async () => {
    const rows = 1000;
    const zeros = Array.from({ length: 16 * 4 }, () => 0);
    const long = new Uint8Array(1 << 20);
    // Lengths: one value of 2^20 bytes, and 999 of nothing that repeat it whole.
    const blocks = (count: number) => Array.from({ length: count }, () => [0, 0, 0, 0, 0]).flat();
    const suffixLengths = bytes([0x80, 1, 4, 0xe8, 7], [0x80, 0x80, 0x80, 1], [0xff, 0xff, 0x7f, 0, 0, 0, 0], blocks(9), zeros);
    const prefixLengths = bytes([0x80, 1, 4, 0xe8, 7], [0], [0x80, 0x80, 0x80, 1, 0, 0, 0, 0], blocks(9), zeros);
    const page = dataPage(rows, bytes(prefixLengths, suffixLengths, long), { encoding: 'DELTA_BYTE_ARRAY' });
    expect(await reasonOf(craftColumn(string, rows, [page]))).toMatch(/^column "c", row group 0, page 0: /);
  });
});

describe('whatever becomes of a file, it is refused or gives as many entries as it has rows', () => {
  const files = [...writtenFiles(), ...fixtureFiles()];
  const damaged = fc.constantFrom(...files).chain((file) =>
    fc.record({
      flips: fc.array(fc.record({ at: fc.nat(file.length - 1), to: fc.nat(255) }), { maxLength: 6 }),
      // Footers and page headers decide most, and footers lie at the end.
      flipsNearTheEnd: fc.array(fc.record({ at: fc.integer({ min: Math.max(0, file.length - 1500), max: file.length - 9 }), to: fc.nat(255) }), { maxLength: 2 }),
      cut: fc.option(fc.record({ from: fc.nat(file.length), length: fc.nat(64) }), { freq: 6 }),
    }).map(({ flips, flipsNearTheEnd, cut }) => {
      const copy = Uint8Array.from(file);
      for (const { at, to } of [...flips, ...flipsNearTheEnd]) copy[at] = to;
      return cut === null ? copy : Uint8Array.from([...copy.subarray(0, cut.from), ...copy.subarray(cut.from + cut.length)]);
    }),
  );

  it('after bytes have been changed and cut out at random', async () => {
    await fc.assert(fc.asyncProperty(damaged, expectSound), { numRuns: 1500 });
  });

  it('after it has been truncated anywhere', async () => {
    const [file] = files;
    for (let length = 0; length < file.length; length += 7) {
      expect(await reasonOf(file.subarray(0, length))).toMatch(/^(it is empty|truncated|its footer)/);
    }
  });
});

async function expectSound(file: Uint8Array): Promise<void> {
  const outcome = await readAll(file).catch((error: unknown) => error);
  if (outcome instanceof ParquetError) return;
  if (outcome instanceof Error) throw outcome;
  const { rowCount, columns } = outcome as Awaited<ReturnType<typeof readAll>>;
  for (const column of columns) {
    expect(column.type === 'STRING' ? column.codes.length : column.values.length).toBe(rowCount);
    if (column.type === 'STRING') expect(column.codes.integers.every((code) => code >= -1 && code < column.dictionary.length)).toBe(true);
    if (column.type === 'BOOL') expect(column.values.every((value) => value <= 2)).toBe(true);
    if (column.type === 'INT' && column.nulls !== null) expect(column.nulls.length).toBe(rowCount);
  }
}

function writtenFiles(): Uint8Array[] {
  const rows = Array.from({ length: 100 }, (_, i) => i);
  const nullable = <T>(values: T[]): (T | null)[] => values.map((value, i) => (i % 7 === 3 ? null : value));
  return (['SNAPPY', 'UNCOMPRESSED', 'GZIP'] as const).map((codec) => new Uint8Array(parquetWriteBuffer({
    codec, pageSize: 200, rowGroupSize: 60, statistics: codec === 'GZIP', compressors: { GZIP: (input) => gzipSync(input) },
    columnData: [
      { name: 'id', data: rows.map((i) => BigInt(i) * 7_777_777n), type: 'INT64' },
      { name: 'delta', data: nullable(rows), type: 'INT32', encoding: 'DELTA_BINARY_PACKED' },
      { name: 'event', data: nullable(rows.map((i) => ['view', 'cart', 'buy'][i % 3])), type: 'STRING' },
      { name: 'session', data: rows.map((i) => `session-${i * i}`), type: 'STRING', encoding: 'DELTA_BYTE_ARRAY' },
      { name: 'plain', data: nullable(rows.map((i) => `text ${i}`)), type: 'STRING', encoding: 'PLAIN' },
      { name: 'price', data: nullable(rows.map((i) => i / 8)), type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT' },
      { name: 'flag', data: nullable(rows.map((i) => i % 2 === 0)), type: 'BOOLEAN' },
      { name: 'time', data: rows.map((i) => new Date(i * 1000)), type: 'TIMESTAMP' },
    ],
  })));
}

/** Some of every writer and codec that there are fixtures of, small ones. */
function fixtureFiles(): Uint8Array[] {
  const folder = join(__dirname, 'fixtures');
  return readdirSync(folder).filter((name) => name.endsWith('.parquet')).map((name) => readFileSync(join(folder, name))).filter((file) => file.length < 20_000);
}


describe('files that are known to be bad (fixtures/README.md)', () => {
  const bad = (name: string): Uint8Array => readFileSync(join(__dirname, 'fixtures/bad', `${name}.parquet`));

  it.each([
    ['PARQUET-1481', 'its footer'],
    ['uniform_encryption', 'its footer is encrypted'],
    ['encrypt_columns_plaintext_footer', 'encrypted'],
    ['ARROW-RS-GH-6229-DICTHEADER', 'where column data lie between'],
  ])('%s', async (name, reason) => {
    expect(await reasonOf(bad(name))).toContain(reason);
  });

  it.each(['ARROW-RS-GH-6229-LEVELS', 'ARROW-GH-45185', 'ARROW-GH-43605', 'rle-dict-uncompressed-corrupt-checksum'])('%s is sound in what is read of it', async (name) => {
    await expectSound(bad(name));
  });
});
