import fc from 'fast-check';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { IntColumn } from '../../lambda/engine/columns';
import { groupsSideBySide } from '../../lambda/engine/group-rows';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { craftFile, int64Page } from './craft-file';
import { MemorySource } from './memory-source';

const element = { name: 'c', type: 'INT64', repetition_type: 'OPTIONAL' } as const;

/** One row group per element, one page per element of that; values of a page are all null, or none is. */
async function readInts(groups: readonly (readonly (readonly (bigint | null)[])[])[], keys: readonly string[] = []): Promise<IntColumn> {
  const file = craftFile([element], groups.map((pages) => ({ rows: pages.flat().length, chunks: [{ pages: pages.map(int64Page) }] })));
  const [column] = await (await openParquet(new MemorySource(file))).readColumns(['c'], undefined, { keys: new Set(keys) });
  if (column.type !== 'INT') throw new Error(`read as ${column.type}`);
  return column;
}

/** Rows where values differ from those of the row before. */
function startsOf(values: readonly bigint[]): number[] {
  return [...values.flatMap((value, row) => (row === 0 || value !== values[row - 1] ? [row] : [])), values.length];
}

const value = fc.oneof({ weight: 20, arbitrary: fc.bigInt({ min: -4n, max: 4n }) }, { weight: 1, arbitrary: fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, -(2n ** 60n), -(2n ** 63n), 0x7ff8_0000_0000_0001n, -1n) });
const equal = fc.tuple(value, fc.integer({ min: 1, max: 6 })).map(([each, times]): (bigint | null)[] => Array.from({ length: times }, () => each));
const presentPage = fc.array(equal, { minLength: 1, maxLength: 6 }).map((runs) => runs.flat());
const anyPage = fc.oneof({ weight: 30, arbitrary: presentPage }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }).map((length): (bigint | null)[] => Array.from({ length }, () => null)) });
const groups = fc.array(fc.array(anyPage, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });

it('whatever lies side by side, each row has its value, and runs are those of the values', async () => {
  await fc.assert(fc.asyncProperty(groups, async (pages) => {
    const data = pages.flat(2);
    const column = await readInts(pages);
    const { runs } = column;
    expect(Array.from<number | bigint, bigint | null>(column.values, (each, row) => (column.nulls?.[row] === 1 ? null : BigInt(each)))).toEqual(data);
    if (runs === undefined) return;
    const present = data.flatMap((each) => each ?? []);
    expect([...runs.starts]).toEqual(startsOf(present));
    expect([...runs.values].map(BigInt)).toEqual([...runs.starts].slice(0, -1).map((start) => data[start]));
    expect(runs.ascend).toBe(runs.values.every((each, run) => run === 0 || each > runs.values[run - 1]));
    expect(groupsSideBySide(column)).toEqual(groupsSideBySide({ type: 'INT', values: column.values, nulls: null }));
  }), { numRuns: 400 });
});

it('keys are what they would be otherwise', async () => {
  const singles = fc.array(value, { minLength: 1, maxLength: 9 });
  const mostlySingles = fc.array(fc.array(fc.oneof({ weight: 9, arbitrary: singles }, { weight: 1, arbitrary: anyPage }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
  let small = 0;
  await fc.assert(fc.asyncProperty(mostlySingles, async (pages) => {
    const column = await readInts(pages);
    const keys = await readInts(pages, ['c']);
    if (keys.small !== undefined) small += 1;
    expect([keys.values, keys.nulls, keys.runs]).toEqual([column.values, column.nulls, column.runs]);
    expect(groupsSideBySide(keys)).toEqual(groupsSideBySide(column));
  }), { numRuns: 400 });
  expect(small).toBeGreaterThan(50);
});

it('keys of 32 bits are kept as such, but for runs, dictionaries, nulls and values beyond', async () => {
  const [few, first, last] = [[3n, 1n, 2n], [-(2n ** 31n), 5n, 2n ** 31n - 1n], [0n, 1n, 2n, 3n, -1n]];
  const keysOf = async (pages: readonly (readonly (readonly (bigint | null)[])[])[]) => (await readInts(pages, ['c'])).small;
  expect(await keysOf([[few, first], [last]])).toEqual(Int32Array.of(3, 1, 2, -(2 ** 31), 5, 2 ** 31 - 1, 0, 1, 2, 3, -1));
  expect((await readInts([[few]])).small).toBeUndefined();
  expect(await keysOf([[few, [null]], [few]])).toBeUndefined();
  expect(await keysOf([[[7n, 7n, 7n, 7n], few]])).toBeUndefined();
  for (const beyond of [2n ** 31n, -(2n ** 31n) - 1n, 2n ** 32n, 2n ** 63n - 1n]) {
    for (const place of [0, 1, 2, 3, 4]) {
      const page = [1n, 2n, 3n, 4n, 5n];
      page[place] = beyond;
      const column = await readInts([[few], [page]], ['c']);
      expect([column.small, Array.from<number | bigint, bigint>(column.values, BigInt)]).toEqual([undefined, [...few, ...page]]);
    }
  }
});

it('keys that take most room to decode: days as deltas, in milliseconds beyond 2^51', async () => {
  const days = Array.from({ length: 20_000 }, (_, row) => 30_000_000 + row);
  const schema: SchemaElement[] = [{ name: 'root', num_children: 1 }, { name: 'c', type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' }];
  const columnData = [{ name: 'c', data: days.map((day) => new Date(day * 86_400_000)), encoding: 'DELTA_BINARY_PACKED' as const, codec: 'UNCOMPRESSED' as const }];
  const file = await openParquet(new MemorySource(new Uint8Array(parquetWriteBuffer({ schema, columnData }))));
  const [column] = await file.readColumns(['c'], undefined, { keys: new Set(['c']) });
  expect(column).toEqual({ type: 'INT', values: Float64Array.from(days, (day) => day * 86_400_000), nulls: null });
});

it('runs go on over pages and row groups, and end with a page that has too many or a null', async () => {
  const [sevens, eights] = [[7n, 7n, 7n], [7n, 8n, 8n, 8n]];
  expect((await readInts([[sevens, eights], [[8n, 8n], [6n, 6n]]])).runs).toEqual({ starts: Int32Array.of(0, 4, 9, 11), values: Float64Array.of(7, 8, 6), ascend: false });
  expect((await readInts([[sevens, [1n, 2n, 3n, 4n]]])).runs).toBeUndefined();
  expect((await readInts([[sevens, [null]], [sevens]])).runs).toBeUndefined();
  const wide = [2n ** 60n, 2n ** 60n, 0n, 0n, -(2n ** 63n), -(2n ** 63n)];
  expect((await readInts([[sevens, wide], [wide]])).runs).toEqual({ starts: Int32Array.of(0, 3, 5, 7, 9, 11, 13, 15), values: BigInt64Array.of(7n, 2n ** 60n, 0n, -(2n ** 63n), 2n ** 60n, 0n, -(2n ** 63n)), ascend: false });
});

it('groups of runs lie side by side unless a value comes again', async () => {
  expect(groupsSideBySide(await readInts([[[9n, 9n, 9n], [4n, 4n]]]))).toEqual(Int32Array.of(0, 3, 5));
  expect(groupsSideBySide(await readInts([[[9n, 9n, 9n], [4n, 4n]], [[9n, 9n]]]))).toBeNull();
});
