import fc from 'fast-check';
import type { SchemaElement } from 'hyparquet';
import { ParquetError, openParquet } from '../../lambda/parquet/parquet-file';
import type { ParquetFile, Timeframe } from '../../lambda/parquet/parquet-file';
import type { CraftedChunk } from './craft-file';
import { bytes, craftFile, dataPage, int32s, int64s } from './craft-file';
import { MemorySource } from './memory-source';

const ROWS = 3;
const INT64: SchemaElement = { name: 't', type: 'INT64', repetition_type: 'REQUIRED' };
const UNBOUNDED = { column: 't', from: null, to: null };

type Statistics = NonNullable<CraftedChunk['statistics']>;

/** A row group of three rows for each pair of numbers, which are its statistics and, where that is possible, its values. */
function fileWith(element: Partial<SchemaElement>, ranges: readonly (readonly [bigint, bigint])[], change: (statistics: Statistics) => Statistics | undefined = (same) => same): Promise<ParquetFile> {
  const groups = ranges.map(([min, max]) => {
    const stored = element.type === 'INT32' ? (value: bigint) => int32s(Number(value)) : (value: bigint) => int64s(value);
    const statistics = change({ min: stored(min), max: stored(max), nulls: 0 });
    const levels = element.repetition_type === 'OPTIONAL' ? bytes(int32s(2), [6, 1]) : [];
    return { rows: ROWS, chunks: [{ pages: [dataPage(ROWS, bytes(levels, stored(min), stored(max), stored(max)))], ...(statistics && { statistics }) }] };
  });
  return openParquet(new MemorySource(craftFile([{ ...INT64, ...element }], groups)));
}

async function groupsLeft(file: ParquetFile, timeframe: Omit<Timeframe, 'column'>): Promise<number> {
  const left = file.within({ column: 't', ...timeframe });
  const [column] = await left.readColumns(['t']);
  expect('values' in column && column.values).toHaveLength(left.rowCount);
  expect(left.complete).toBe(left.rowCount === file.rowCount);
  return left.rowCount / ROWS;
}

describe('row groups outside a timeframe', () => {
  it('are not read, nor is anything else of the file', async () => {
    const large = Array.from({ length: 20_000 }, (_, i) => BigInt(i));
    const schema = [INT64, { ...INT64, name: 'value' }];
    const groups = [0n, 1n, 2n, 3n].map((group) => ({
      rows: large.length,
      chunks: [1_000_000n, 1n].map((factor) => ({
        pages: [dataPage(large.length, int64s(...large.map((i) => group * factor + i)))],
        statistics: { min: int64s(group * factor), max: int64s(group * factor + 19_999n) },
      })),
    }));
    const source = new MemorySource(craftFile(schema, groups));
    const file = await openParquet(source);
    source.reads.length = 0;
    const within = file.within({ column: 't', from: 1_000_000, to: 2_000_001 });
    expect(source.reads).toEqual([]);
    expect(within).toMatchObject({ rowCount: 40_000, complete: false });
    const [value, time] = await within.readColumns(['value', 't']);
    expect(value.type === 'INT' && [value.values[0], value.values[20_000], value.values[39_999]]).toEqual([1, 2, 20_001]);
    expect(time.type === 'INT' && [time.values[0], time.values[20_000], time.values[39_999]]).toEqual([1_000_000, 2_000_000, 2_019_999]);
    const read = source.reads.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(source.reads).toHaveLength(1);
    expect(read).toBeGreaterThan(4 * 160_000);
    expect(read).toBeLessThan(4 * 160_000 + 1_000);
    expect(file).toMatchObject({ rowCount: 80_000, complete: true });
  });

  it('are all those, and only those, that the bounds rule out', async () => {
    const range = fc.tuple(fc.bigInt(-9n, 9n), fc.bigInt(0n, 5n)).map(([min, length]) => [min, min + length] as const);
    const bound = fc.option(fc.integer({ min: -12, max: 16 }));
    await fc.assert(fc.asyncProperty(fc.array(range, { maxLength: 5 }), bound, bound, async (ranges, from, to) => {
      const expected = ranges.filter(([min, max]) => (from === null || max >= from) && (to === null || min < to));
      expect(await groupsLeft(await fileWith({}, ranges), { from, to })).toBe(expected.length);
    }));
  });

  it('may be all of them', async () => {
    const none = (await fileWith({}, [[1n, 2n], [3n, 4n]])).within({ column: 't', from: 5, to: null });
    expect(none).toMatchObject({ rowCount: 0, complete: false });
    expect(await none.readColumns(['t'])).toEqual([{ type: 'INT', values: new Float64Array(0), nulls: null }]);
  });

  it('are told by 64-bit bounds, exactly', async () => {
    const file = await fileWith({}, [[2n ** 60n, 2n ** 60n + 1n], [2n ** 60n + 2n, 2n ** 60n + 3n]]);
    expect(await groupsLeft(file, { from: 2n ** 60n + 2n, to: null })).toBe(1);
    expect(await groupsLeft(file, { from: 2n ** 60n + 1n, to: null })).toBe(2);
    expect(await groupsLeft(file, { from: null, to: 2n ** 60n + 2n })).toBe(1);
  });

  it.each<[string, Partial<SchemaElement>, bigint]>([
    ['milliseconds', { logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } }, 1n],
    ['microseconds', { logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } }, 1_000n],
    ['nanoseconds', { logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } }, 1_000_000n],
    ['older milliseconds', { converted_type: 'TIMESTAMP_MILLIS' }, 1n],
    ['older microseconds', { converted_type: 'TIMESTAMP_MICROS' }, 1_000n],
  ])('are told by milliseconds where %s are stored, rounded downwards as values are', async (_, element, perMilli) => {
    const file = await fileWith(element, [[-10n * perMilli, -1n], [5n * perMilli, 6n * perMilli]]);
    expect(await groupsLeft(file, { from: -1, to: null })).toBe(2);
    expect(await groupsLeft(file, { from: 0, to: null })).toBe(1);
    expect(await groupsLeft(file, { from: null, to: -10 })).toBe(0);
    expect(await groupsLeft(file, { from: null, to: -9 })).toBe(1);
  });

  it('are told by milliseconds where days are stored', async () => {
    const file = await fileWith({ type: 'INT32', converted_type: 'DATE' }, [[-1n, 0n], [1n, 2n]]);
    expect(await groupsLeft(file, { from: 1, to: null })).toBe(1);
    expect(await groupsLeft(file, { from: 0, to: 86_400_001 })).toBe(2);
    expect(await groupsLeft(file, { from: null, to: 86_400_000 })).toBe(1);
  });

  it('are told by unsigned statistics for unsigned integers, and not by those that compare them as signed', async () => {
    const unsigned: Partial<SchemaElement> = { converted_type: 'UINT_64' };
    const ranges = [[1n, 2n ** 63n + 5n]] as const;
    expect(await groupsLeft(await fileWith(unsigned, ranges), { from: 2n ** 63n + 6n, to: null })).toBe(0);
    expect(await groupsLeft(await fileWith(unsigned, ranges), { from: 2n ** 63n, to: null })).toBe(1);
    expect(await groupsLeft(await fileWith(unsigned, ranges, (each) => ({ ...each, deprecated: true })), { from: 2n ** 63n + 6n, to: null })).toBe(1);
    expect(await groupsLeft(await fileWith({}, [[1n, 2n]], (each) => ({ ...each, deprecated: true })), { from: 3, to: null })).toBe(0);
  });

  it.each<[string, Partial<SchemaElement>, (statistics: Statistics) => Statistics | undefined]>([
    ['statistics are missing', {}, () => undefined],
    ['a bound has another width', {}, (each) => ({ ...each, min: bytes(each.min, [0]) })],
    ['the least is above the greatest', {}, ({ min, max }) => ({ min: max, max: min })],
    ['nulls may be among the rows', { repetition_type: 'OPTIONAL' }, ({ min, max }) => ({ min, max })],
    ['nulls are among the rows', { repetition_type: 'OPTIONAL' }, (each) => ({ ...each, nulls: 1 })],
  ])('are read where %s', async (_, element, change) => {
    const file = await fileWith(element, [[1n, 2n]], change);
    expect(await groupsLeft(file, { from: 3, to: null })).toBe(1);
  });

  it('are left out of an optional column without nulls', async () => {
    expect(await groupsLeft(await fileWith({ repetition_type: 'OPTIONAL' }, [[1n, 2n]]), { from: 3, to: null })).toBe(0);
  });

  it('are read where the column holds floats, one of which may be NaN', async () => {
    const page = dataPage(1, new Uint8Array(Float64Array.of(NaN).buffer));
    const statistics = { min: new Uint8Array(Float64Array.of(1).buffer), max: new Uint8Array(Float64Array.of(2).buffer) };
    const file = await openParquet(new MemorySource(craftFile([{ ...INT64, type: 'DOUBLE' }], [{ rows: 1, chunks: [{ pages: [page], statistics }] }])));
    expect(file.within({ column: 't', from: 3, to: null })).toMatchObject({ rowCount: 1, complete: true });
  });

  it('need a column that the file has', async () => {
    const file = await fileWith({}, [[1n, 2n]]);
    expect(() => file.within({ ...UNBOUNDED, column: 'T' })).toThrow(ParquetError);
  });
});
