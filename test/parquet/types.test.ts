import type { SchemaElement } from 'hyparquet';
import type { Column } from '../../lambda/engine/columns';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { byteArrays, bytes, craftColumn, craftFile, dataPage, dictionaryPage, int32s, int64s } from './craft-file';
import { MemorySource } from './memory-source';

async function columnOf(file: Uint8Array): Promise<Column> {
  const opened = await openParquet(new MemorySource(file));
  const [column] = await opened.readColumns([opened.columns[0].name]);
  return column;
}

async function valuesOf(element: Partial<SchemaElement>, rows: number, body: Uint8Array): Promise<unknown[]> {
  const column = await columnOf(craftColumn(element, rows, [dataPage(rows, body)]));
  return column.type === 'STRING' ? Array.from(column.codes.integers, (code) => column.dictionary[code]) : Array.from<unknown>(column.values);
}

const INT64 = { type: 'INT64' } as const;

describe('integers', () => {
  it('are doubles up to ±(2^53 − 1) and never −0', async () => {
    const column = await columnOf(craftColumn(INT64, 3, [dataPage(3, int64s(2n ** 53n - 1n, -(2n ** 53n - 1n), 0n))]));
    expect(column).toEqual({ type: 'INT', values: Float64Array.of(2 ** 53 - 1, -(2 ** 53 - 1), 0), nulls: null });
  });

  it.each([2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)])('are 64-bit integers, exactly, where one is %d', async (value) => {
    const column = await columnOf(craftColumn(INT64, 3, [dataPage(1, int64s(-5n)), dataPage(1, int64s(value)), dataPage(1, int64s(7n))]));
    expect(column).toEqual({ type: 'INT', values: BigInt64Array.of(-5n, value, 7n), nulls: null });
  });

  it('are 64-bit integers also where a dictionary holds the great ones, and only if a row uses them', async () => {
    const dictionary = dictionaryPage(2, int64s(3n, 2n ** 60n + 1n));
    const used = await columnOf(craftColumn(INT64, 3, [dictionary, dataPage(3, bytes([1, 3, 0b100]), { encoding: 'RLE_DICTIONARY' })]));
    const unused = await columnOf(craftColumn(INT64, 3, [dictionary, dataPage(3, bytes([1, 3, 0]), { encoding: 'RLE_DICTIONARY' })]));
    expect(used.type === 'INT' && used.values).toEqual(BigInt64Array.of(3n, 3n, 2n ** 60n + 1n));
    expect(unused.type === 'INT' && unused.values).toEqual(Float64Array.of(3, 3, 3));
  });

  it('keep nulls apart from 0, in doubles and in 64-bit integers', async () => {
    const pages = [dataPage(4, bytes(int32s(2), [3, 0b0101], int64s(11n, 12n))), dataPage(3, bytes(int32s(2), [3, 0b110], int64s(2n ** 62n, 13n)))];
    const column = await columnOf(craftColumn({ ...INT64, repetition_type: 'OPTIONAL' }, 7, pages));
    expect(column).toEqual({ type: 'INT', values: BigInt64Array.of(11n, 0n, 12n, 0n, 0n, 2n ** 62n, 13n), nulls: Uint8Array.of(0, 1, 0, 1, 1, 0, 0) });
  });

  it('that are unsigned use their whole range', async () => {
    expect(await valuesOf({ type: 'INT64', converted_type: 'UINT_64' }, 2, int64s(2n ** 64n - 1n, 1n))).toEqual([2n ** 64n - 1n, 1n]);
    expect(await valuesOf({ type: 'INT32', logical_type: { type: 'INTEGER', bitWidth: 32, isSigned: false } }, 2, int32s(-1, 1))).toEqual([2 ** 32 - 1, 1]);
  });
});

describe('dates and timestamps are whole milliseconds, rounded down', () => {
  it.each<[string, Partial<SchemaElement>, Uint8Array, unknown[]]>([
    ['days', { type: 'INT32', converted_type: 'DATE' }, int32s(1, -1), [86_400_000, -86_400_000]],
    ['days beyond 2^53 ms', { type: 'INT32', logical_type: { type: 'DATE' } }, int32s(2 ** 31 - 1, 0), [(2n ** 31n - 1n) * 86_400_000n, 0n]],
    ['ms', { ...INT64, converted_type: 'TIMESTAMP_MILLIS' }, int64s(5n, -5n), [5, -5]],
    ['µs', { ...INT64, converted_type: 'TIMESTAMP_MICROS' }, int64s(1999n, -1n, -1000n, -1001n), [1, -1, -1, -2]],
    ['µs, local', { ...INT64, logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } }, int64s(2n ** 63n - 1n, -(2n ** 63n)), [9_223_372_036_854_775n, -9_223_372_036_854_776n]],
    ['ns', { ...INT64, logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } }, int64s(1_600_000_000_123_999_999n, -1n, 2n ** 63n - 1n, -(2n ** 63n)), [1_600_000_000_123, -1, 9_223_372_036_854, -9_223_372_036_855]],
    ['INT96', { type: 'INT96' }, bytes(int64s(1_999_999n), int32s(2_440_588), int64s(86_399_999_999_999n), int32s(2_440_587)), [1, -1]],
  ])('%s', async (_, element, body, expected) => {
    expect(await valuesOf(element, expected.length, body)).toEqual(expected);
  });
});

describe('decimals are the nearest doubles', () => {
  const decimal = { converted_type: 'DECIMAL', precision: 38 } as const;
  const wide = 12_345_678_901_234_567_890_123_456_789_012_345_678n;
  const bigEndian = (value: bigint, width: number): Uint8Array => Buffer.from(BigInt.asUintN(width * 8, value).toString(16).padStart(width * 2, '0'), 'hex');

  it.each<[string, Partial<SchemaElement>, Uint8Array, string[]]>([
    ['in 32 bits', { type: 'INT32', scale: 2 }, int32s(12345, -1, 0), ['123.45', '-0.01', '0']],
    ['in 64 bits, beyond 2^53', { ...INT64, scale: 3 }, int64s(9_007_199_254_740_993n, -(2n ** 63n)), ['9007199254740.993', '-9223372036854775.808']],
    ['in fixed length', { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, scale: 10 }, bytes(bigEndian(wide, 16), bigEndian(-wide, 16), bigEndian(-1n, 16)), ['1234567890123456789012345678.9012345678', '-1234567890123456789012345678.9012345678', '-1e-10']],
    ['in fixed length of few bytes', { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 3, scale: 1 }, bytes(bigEndian(-8_388_608n, 3), bigEndian(255n, 3)), ['-838860.8', '25.5']],
    ['in varying length', { type: 'BYTE_ARRAY', scale: 30 }, byteArrays([...bigEndian(wide, 17)], [0xff], []), ['12345678.901234567890123456789012345678', '-1e-30', '0']],
    ['without a scale', { type: 'INT32' }, int32s(7), ['7']],
  ])('%s', async (_, element, body, expected) => {
    expect(await valuesOf({ ...decimal, ...element }, expected.length, body)).toEqual(expected.map(Number));
  });
});

it('reads half-precision floats: subnormal, infinite, NaN', async () => {
  const halves = bytes(...[0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000].map((half) => [half & 0xff, half >>> 8]));
  expect(await valuesOf({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } }, 8, halves))
    .toEqual([1, -2, 2 ** -24, 65504, Infinity, -Infinity, NaN, -0]);
});

describe('strings', () => {
  const string = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;

  it('of several row groups share one dictionary, each value once', async () => {
    const group = (...words: string[]) => ({
      rows: words.length,
      chunks: [{ pages: [dictionaryPage(words.length, byteArrays(...words)), dataPage(words.length, bytes([2], [3], [0b100100]), { encoding: 'RLE_DICTIONARY' })] }],
    });
    const file = craftFile([{ name: 'c', repetition_type: 'REQUIRED', ...string }], [group('a', 'b', 'ç'), group('b', 'ç', ''), { rows: 1, chunks: [{ pages: [dataPage(1, byteArrays('ç'))] }] }]);
    expect(await columnOf(file)).toMatchObject({ type: 'STRING', codes: { integers: Int32Array.of(0, 1, 2, 1, 2, 3, 2) }, dictionary: ['a', 'b', 'ç', ''] });
  });

  it('that are not UTF-8 have replacement characters, and equal ones one code', async () => {
    expect(await columnOf(craftColumn(string, 4, [dataPage(4, byteArrays([0xff], 'x', [0xfe], [0x61, 0xff]))])))
      .toMatchObject({ type: 'STRING', codes: { integers: Int32Array.of(0, 1, 0, 2) }, dictionary: ['\ufffd', 'x', 'a\ufffd'] });
  });

  it('may all be null', async () => {
    const pages = [dataPage(3, bytes(int32s(2), [6, 0])), dataPage(0, bytes())];
    expect(await columnOf(craftColumn({ ...string, repetition_type: 'OPTIONAL' }, 3, pages))).toMatchObject({ type: 'STRING', codes: { integers: Int32Array.of(-1, -1, -1) }, dictionary: [] });
  });
});

describe('the schema', () => {
  it('names types as in the file, and says which columns are categorical', async () => {
    const elements: [Partial<SchemaElement>, string][] = [
      [{ type: 'INT32' }, 'int32'],
      [{ type: 'INT32', converted_type: 'UINT_8' }, 'uint8'],
      [{ type: 'INT64', logical_type: { type: 'INTEGER', bitWidth: 64, isSigned: false } }, 'uint64'],
      [{ type: 'INT32', converted_type: 'TIME_MILLIS' }, 'time[ms]'],
      [{ type: 'INT64', logical_type: { type: 'TIME', isAdjustedToUTC: true, unit: 'NANOS' } }, 'time[ns]'],
      [{ type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, 'timestamp[us]'],
      [{ type: 'INT32', converted_type: 'DATE' }, 'date'],
      [{ type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 2 }, 'decimal(18,2)'],
      [{ type: 'FLOAT' }, 'float'],
      [{ type: 'DOUBLE' }, 'double'],
      [{ type: 'BOOLEAN' }, 'bool'],
      [{ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, 'string'],
      [{ type: 'BYTE_ARRAY', converted_type: 'ENUM' }, 'enum'],
      [{ type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } }, 'json'],
    ];
    const schema = elements.map(([element], i): SchemaElement => ({ name: `column ${i}`, repetition_type: 'REQUIRED', ...element }));
    const pandas = { columns: [{ name: 'column 11', field_name: 'column 11', pandas_type: 'categorical' }, { name: 'column 0', pandas_type: 'int64' }, null] };
    const file = await openParquet(new MemorySource(craftFile(schema, [], { keyValues: [{ key: 'pandas', value: JSON.stringify(pandas) }] })));
    expect(file.columns.map((column) => column.dtypeName)).toEqual(elements.map(([, name]) => name));
    expect(file.columns.filter((column) => column.sourceCategorical).map((column) => column.name)).toEqual(['column 11', 'column 12']);
  });

  it('reports what cannot be queried, with the reason, and reads the columns around it', async () => {
    const schema: SchemaElement[] = [
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'uuid', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, repetition_type: 'REQUIRED', logical_type: { type: 'UUID' } },
      { name: 'interval', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, repetition_type: 'REQUIRED', converted_type: 'INTERVAL' },
      { name: 'nothing', type: 'INT32', repetition_type: 'OPTIONAL', logical_type: { type: 'NULL' } },
      { name: 'mislabelled', type: 'INT32', repetition_type: 'OPTIONAL', converted_type: 'UTF8' },
      { name: 'many', type: 'INT32', repetition_type: 'REPEATED' },
      { name: 'list', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
      { name: 'struct', repetition_type: 'OPTIONAL', num_children: 1 },
      { name: 'c', type: 'INT32', repetition_type: 'OPTIONAL' },
      { name: 'c', type: 'INT32', repetition_type: 'REQUIRED' },
    ];
    const empty = { pages: [] };
    const chunks = [...Array.from({ length: 8 }, () => empty), { pages: [dataPage(1, int32s(42))] }];
    const file = await openParquet(new MemorySource(craftFile(schema, [{ rows: 1, chunks }], { rootChildren: 9 })));
    expect(Object.fromEntries(file.unsupportedColumns.map(({ name, reason }) => [name, reason]))).toEqual({
      bytes: 'binary (bytes not marked as text)', uuid: 'uuid', interval: 'interval', nothing: 'null (a column without a type)',
      mislabelled: 'utf8 stored as int32', many: 'list<…>', list: 'list<…>', struct: 'struct<…>',
    });
    expect(await file.readColumns(['c'])).toEqual([{ type: 'INT', values: Float64Array.of(42), nulls: null }]);
  });
});
